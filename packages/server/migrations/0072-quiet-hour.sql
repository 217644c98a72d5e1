-- When, by the provider's clock, the fewest notice that their line was gone for some seconds.
alter table settings.provider
  add column quiet_hour text not null default '03:00' check (quiet_hour ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$');

-- Accounts that somebody adds one by one are no danger to those that are there, so they are counted apart.
alter table provisioning.written_objects
  add column is_addition boolean not null default false check (kind = 'account' or not is_addition);
