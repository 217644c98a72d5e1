-- A code has at least 60 bits (R-VCH-1): a hotspot's login page is open to everybody near it and slows nobody down. Codes that
-- are out there stay good.
update vouchers.settings set code_length = 13, revision = revision + 1 where code_length < 13;
alter table vouchers.settings
  drop constraint settings_code_length_check,
  add constraint settings_code_length_check check (code_length between 13 and 20);
