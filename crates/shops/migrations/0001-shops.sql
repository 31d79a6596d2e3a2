-- Small shops (小微便民业态): who is there and when; one with a line is an errand at the kiosk and on the phone.

-- line: code of a line of `queue` in the same centre, or null for a shop one simply walks into; then it names no errand either.
create table shops_shop (
  centre_id int8 not null, code text not null, trade text not null, name_zh text not null, name_en text not null, zone text not null,
  hours_zh text not null, hours_en text not null, phone text not null,
  line text, errand_zh text, errand_en text, short_zh text, short_en text, minutes int8,
  closed int8 not null, sample int8 not null,
  constraint shops_shop_key primary key (centre_id, code),
  constraint shops_shop_trade check (trade in ('pharmacy', 'clinic', 'laundry', 'repair', 'shoes', 'tailor', 'keys', 'hair', 'print', 'appliance', 'watch', 'other')),
  constraint shops_shop_errand check (
    (line is null and errand_zh is null and errand_en is null and short_zh is null and short_en is null and minutes is null)
    or (line is not null and errand_zh is not null and errand_en is not null and short_zh is not null and short_en is not null and minutes > 0)));
