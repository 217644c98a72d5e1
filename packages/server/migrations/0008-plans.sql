create schema plans;

create table plans.plans (
  id             uuid primary key,
  name           text not null,
  price_minor    bigint not null check (price_minor >= 0),
  currency       text not null,
  data_cap_bytes bigint check (data_cap_bytes > 0),
  period_unit    text not null check (period_unit in ('day', 'week', 'month', 'year')),
  period_count   integer not null check (period_count between 1 and 366),
  profile_id     uuid not null unique references provisioning.profiles,
  archived_at    timestamptz,
  created_at     timestamptz not null,
  revision       integer not null default 1
);
create unique index plans_name on plans.plans (lower(name));
