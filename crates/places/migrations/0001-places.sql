-- The district and its places: areas, centres, zones, counters, devices, calendar, hours, the twelve functions.

-- one row
create table places_district (
  code text not null, name_zh text not null, name_en text not null, time_zone text not null, day_turn_min int8 not null,
  host text, sample_since_us int8, version int8 not null,
  constraint places_district_key primary key (code),
  constraint places_day_turn check (day_turn_min between 0 and 720));

-- one row per day that differs from its weekday
create table places_calendar (
  authority text not null, day text not null, kind text not null, name_zh text not null, name_en text not null, source text not null, set_at_us int8 not null,
  constraint places_calendar_key primary key (authority, day),
  constraint places_calendar_kind check (kind in ('holiday', 'workday')));
create index places_calendar_day on places_calendar (day);

create table places_area (
  area_id bytes not null, code text not null, name_zh text not null, name_en text not null, known_as text, source text,
  constraint places_area_key primary key (area_id),
  constraint places_area_once unique (code));

create table places_centre (
  centre_id int8 not null, area_id bytes not null, name_zh text not null, name_en text not null, address_zh text not null, address_en text not null,
  lon_e7 int8, lat_e7 int8, datum text, position_source text, phase int8, status text not null, status_since text not null,
  planned_month text, phone text, sample text not null, version int8 not null,
  constraint places_centre_key primary key (centre_id),
  constraint places_centre_number check (centre_id between 1 and 999),
  constraint places_centre_status check (status in ('planned', 'building', 'preparing', 'open', 'paused', 'closed')),
  constraint places_centre_sample check (sample in ('yes', 'no', 'part')),
  constraint places_centre_datum check ((lon_e7 is null and lat_e7 is null and datum is null) or (lon_e7 is not null and lat_e7 is not null and datum is not null)),
  constraint places_centre_area foreign key (area_id) references places_area (area_id));

create table places_zone (
  zone_id bytes not null, centre_id int8 not null, code text not null, floor int8 not null, name_zh text not null, name_en text not null,
  class text not null, closed_at_us int8,
  constraint places_zone_key primary key (zone_id),
  constraint places_zone_once unique (centre_id, code),
  constraint places_zone_floor check (floor <> 0),
  constraint places_zone_class check (class in ('A', 'B', 'C')),
  constraint places_zone_centre foreign key (centre_id) references places_centre (centre_id));

create table places_counter (
  counter_id bytes not null, centre_id int8 not null, number int8 not null, zone_id bytes not null, features text not null, closed_at_us int8,
  constraint places_counter_key primary key (counter_id),
  constraint places_counter_zone foreign key (zone_id) references places_zone (zone_id));
create unique index places_counter_number on places_counter (centre_id, number) where closed_at_us is null;

create table places_device (
  device_id bytes not null, centre_id int8 not null, kind text not null, name text not null, zone_id bytes, counter_id bytes,
  code_hash bytes, code_until_us int8, token_hash bytes, state text not null, added_at_us int8 not null, enrolled_at_us int8, seen_at_us int8,
  settings text, report text, revoked_at_us int8,
  constraint places_device_key primary key (device_id),
  constraint places_device_kind check (kind in ('kiosk', 'display', 'desk', 'printer', 'rating')),
  constraint places_device_state check (state in ('new', 'enrolled', 'revoked')),
  constraint places_device_token check ((state = 'enrolled') = (token_hash is not null)),
  constraint places_device_centre foreign key (centre_id) references places_centre (centre_id));
create unique index places_device_by_token on places_device (token_hash) where token_hash is not null;
create unique index places_device_by_code on places_device (code_hash) where code_hash is not null;

-- weekly, blocks: JSON, opaque to SQL
create table places_hours (
  centre_id int8 not null, valid_from text not null, weekly text not null, source text not null, set_by text not null,
  constraint places_hours_key primary key (centre_id, valid_from),
  constraint places_hours_centre foreign key (centre_id) references places_centre (centre_id));
create table places_day (
  centre_id int8 not null, day text not null, blocks text not null, note_zh text not null, note_en text not null,
  source text not null, set_by text not null,
  constraint places_day_key primary key (centre_id, day),
  constraint places_day_centre foreign key (centre_id) references places_centre (centre_id));

-- the twelve functions of a centre; where = where to go, whom to call
create table places_function (
  centre_id int8 not null, code text not null, sort int8 not null, class text not null, name_zh text not null, name_en text not null,
  floor text not null, operator_zh text not null, operator_en text not null, hours_zh text not null, hours_en text not null, state text not null,
  where_zh text not null, where_en text not null, sample text not null,
  constraint places_function_key primary key (centre_id, code),
  constraint places_function_class check (class in ('A', 'B', 'C')),
  constraint places_function_state check (state in ('open', 'preparing', 'none')),
  constraint places_function_sample check (sample in ('yes', 'no', 'part')),
  constraint places_function_centre foreign key (centre_id) references places_centre (centre_id));
