-- Who closed the books, and through which month. That nothing is booked in a closed month, the trigger of 0042 sees to.
alter table ledger.closing
  add constraint closing_is_a_month check (closed_through = (date_trunc('month', closed_through) + interval '1 month - 1 day')::date),
  add column closed_by text not null default '',
  add column closed_at timestamptz not null default now();
alter table ledger.closing alter column closed_by drop default, alter column closed_at drop default;
