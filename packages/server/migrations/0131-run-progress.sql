-- How far a run is: of the subscriptions that were due when it began, those it has been at.
alter table billing.invoice_runs
  add column due_count integer not null default 0 check (due_count >= 0),
  add column done_count integer not null default 0 check (done_count >= 0);
