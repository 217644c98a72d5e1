-- How parts of a month are counted: by its own days, or with every month as 30 (R-PRO-1).
alter table billing.policy
  add column day_count text not null default 'actual' check (day_count in ('actual', 'fixed30'));
