-- A booking's number is found by the booking.
create index queue_ticket_of_appointment on queue_ticket (appointment_id) where appointment_id is not null;
