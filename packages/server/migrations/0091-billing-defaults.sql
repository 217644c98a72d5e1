-- What a new subscription gets where nothing is said.
alter table billing.policy
  add column default_payment_mode text not null default 'prepaid' check (default_payment_mode in ('prepaid', 'postpaid')),
  -- null: the day on which it starts.
  add column default_anchor_day integer check (default_anchor_day between 1 and 31);

-- Who moves to a version.
create index subscriptions_coming on billing.subscriptions (pending_version_id) where pending_version_id is not null;
