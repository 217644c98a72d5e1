create schema billing;

-- Gapless numbers (billing.md R-NUM-1): the row is locked as the last step of the transaction that draws from it.
create table billing.number_series (
  prefix  text not null,
  year    integer not null,
  last_no bigint not null default 0,
  primary key (prefix, year)
);

create table billing.invoices (
  id            uuid primary key,
  series_prefix text not null,
  series_year   integer not null,
  series_no     bigint not null,
  number        text not null unique,
  customer_id   uuid not null references customers.customers,
  currency      text not null,
  amount_minor  bigint not null check (amount_minor > 0),
  settled_minor bigint not null default 0,
  -- Open, paid or void; "overdue" is derived from the due date.
  status        text not null default 'open' check (status in ('open', 'paid', 'void')),
  issued_on     date not null,
  due_on        date not null,
  description   text not null,
  void_reason   text,
  created_at    timestamptz not null,
  unique (series_prefix, series_year, series_no),
  unique (id, currency),
  foreign key (series_prefix, series_year) references billing.number_series (prefix, year),
  check (settled_minor between 0 and amount_minor),
  check ((status = 'paid') = (settled_minor = amount_minor)),
  check (status <> 'void' or settled_minor = 0)
);
create index invoices_customer on billing.invoices (customer_id, id desc);
create index invoices_open on billing.invoices (due_on, customer_id) where status = 'open';
create index invoices_status on billing.invoices (status, id desc);
create index invoices_number_search on billing.invoices using gin (lower(number) gin_trgm_ops);

create table billing.payments (
  id              uuid primary key,
  customer_id     uuid not null references customers.customers,
  amount_minor    bigint not null check (amount_minor > 0),
  currency        text not null,
  method          text not null check (method in ('cash', 'transfer', 'card', 'mobile_money', 'other')),
  note            text,
  received_on     date not null,
  idempotency_key text unique,
  recorded_by     text not null,
  recorded_at     timestamptz not null,
  unique (id, currency)
);
create index payments_customer on billing.payments (customer_id, id desc);
create index payments_received on billing.payments (received_on);

create table billing.allocations (
  id           bigint generated always as identity primary key,
  payment_id   uuid not null,
  invoice_id   uuid not null,
  currency     text not null,
  amount_minor bigint not null check (amount_minor > 0),
  foreign key (payment_id, currency) references billing.payments (id, currency),
  foreign key (invoice_id, currency) references billing.invoices (id, currency)
);
create index allocations_payment on billing.allocations (payment_id);
create index allocations_invoice on billing.allocations (invoice_id);
create trigger append_only before update or delete on billing.payments for each row execute function platform.refuse_change();
create trigger append_only before update or delete on billing.allocations for each row execute function platform.refuse_change();

create table billing.overdue_runs (
  id              uuid primary key,
  at              timestamptz not null,
  by_name         text not null,
  checked_count   integer not null,
  suspended_count integer not null,
  restored_count  integer not null,
  suspended       jsonb not null
);
create index overdue_runs_at on billing.overdue_runs (at desc);
