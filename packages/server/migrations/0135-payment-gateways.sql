-- Payment providers that tell us by a signed call what was paid. What they tell is a line like one of a bank: kept once, and it
-- waits until it is a customer's payment.
create table billing.payment_gateways (
  name          text primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  method        text not null check (method in ('transfer', 'card', 'mobile_money', 'other')),
  -- null: ended, its calls are refused.
  secret_sealed bytea,
  made_at       timestamptz not null,
  made_by       text not null,
  last_used_at  timestamptz
);

alter table billing.bank_lines alter column import_id drop not null;
alter table billing.bank_lines add column gateway text references billing.payment_gateways;
alter table billing.bank_lines add constraint bank_lines_origin check (num_nonnulls(import_id, gateway) = 1);
