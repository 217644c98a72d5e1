-- What a plan costs is a row of its own: a new price is a new version, and whoever has an older one keeps it until he is moved
-- (billing.md R-PLAN-1). The plan names the version that is sold now.

-- A rate that changes is another tax: what was invoiced says which one it was.
create table plans.taxes (
  id          uuid primary key,
  name        text not null check (name <> ''),
  rate_bp     integer not null check (rate_bp between 0 and 10000),
  created_at  timestamptz not null,
  archived_at timestamptz
);
create unique index taxes_name on plans.taxes (lower(name)) where archived_at is null;
create trigger immutable before update of name, rate_bp on plans.taxes for each row execute function platform.refuse_change();

create table plans.versions (
  id           uuid primary key,
  plan_id      uuid not null references plans.plans on delete cascade,
  version      integer not null check (version > 0),
  price_minor  bigint not null check (price_minor >= 0),
  currency     text not null check (currency ~ '^[A-Z]{3}$'),
  period_unit  text not null check (period_unit in ('day', 'week', 'month', 'year')),
  period_count integer not null check (period_count between 1 and 366),
  tax_id       uuid references plans.taxes,
  created_at   timestamptz not null,
  unique (plan_id, version),
  unique (id, currency)
);
create trigger append_only before update on plans.versions for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on plans.versions execute function platform.refuse_change();

insert into plans.versions (id, plan_id, version, price_minor, currency, period_unit, period_count, created_at)
select gen_random_uuid(), id, 1, price_minor, currency, period_unit, period_count, created_at from plans.plans;

alter table plans.plans
  drop column price_minor,
  drop column currency,
  drop column period_unit,
  drop column period_count,
  add column sold_version integer not null default 1,
  -- Deferred: a plan and its first version come in one transaction, each pointing at the other.
  add constraint plans_sold_version foreign key (id, sold_version) references plans.versions (plan_id, version) deferrable initially deferred;
