-- Claims that were used are over at their end; without this index every second would look through all of them.
create index capacity_claim_used on capacity_claim (end_min) where state = 'checked_in';
