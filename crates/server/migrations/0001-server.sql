-- The machine itself.

-- whose keys in secrets/ belong to this district: their fingerprints, never the keys
create table server_key (
  name text not null, fingerprint text not null, kept_at_us int8 not null,
  constraint server_key_once primary key (name));
