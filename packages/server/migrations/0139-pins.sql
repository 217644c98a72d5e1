-- What a person signs with at somebody else's counter: kept as a hash, like the password, and slowed down by itself, so that who
-- guesses at a counter shuts nobody out of his account.
alter table auth.staff
  add column pin_hash text,
  add column pin_failed_count integer not null default 0 check (pin_failed_count >= 0),
  add column pin_locked_until timestamptz;
