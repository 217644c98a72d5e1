-- How often the program looks and when a day is reconciled, for the provider to choose.
alter table settings.provider
  add column full_look_minutes integer not null default 5 check (full_look_minutes between 1 and 60),
  -- So that the checks of each day are at the same hours.
  add column overdue_check_hours integer not null default 1 check (overdue_check_hours in (1, 2, 3, 4, 6, 8, 12, 24)),
  add column reconcile_at text not null default '00:00' check (reconcile_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$');
