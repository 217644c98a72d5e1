-- How the operator bills. One row, as the settings of the provider.
create table billing.policy (
  is_the_only_row      boolean primary key default true check (is_the_only_row),
  -- Whether the hourly run makes invoices by itself.
  is_automatic         boolean not null default true,
  lead_days            integer not null default 4 check (lead_days between 0 and 27),
  terms_days           integer not null default 0 check (terms_days between 0 and 90),
  min_days_to_pay      integer not null default 0 check (min_days_to_pay between 0 and 90),
  tax_mode             text not null default 'exclusive' check (tax_mode in ('exclusive', 'inclusive')),
  tax_level            text not null default 'rate_group' check (tax_level in ('rate_group', 'line')),
  tax_rounding         text not null default 'half_up' check (tax_rounding in ('half_up', 'half_even', 'down')),
  bill_while_suspended boolean not null default false,
  max_unpaid_recurring integer not null default 2 check (max_unpaid_recurring between 1 and 24),
  revision             integer not null default 1
);
insert into billing.policy default values;

-- The commercial term of an account: what is charged, for which days, from when to when. Whether it is blocked stands with the
-- account; nothing here says "suspended".
create table billing.subscriptions (
  id                   uuid primary key,
  customer_id          uuid not null references customers.customers,
  account_id           uuid references provisioning.accounts,
  plan_version_id      uuid not null,
  currency             text not null,
  payment_mode         text not null default 'prepaid' check (payment_mode in ('prepaid', 'postpaid')),
  status               text not null default 'active' check (status in ('active', 'cancelled')),
  starts_on            date not null,
  trial_ends_on        date,
  anchor_day           integer not null check (anchor_day between 1 and 31),
  period_unit          text not null check (period_unit in ('day', 'week', 'month', 'year')),
  period_count         integer not null check (period_count between 1 and 366),
  -- Where its periods are counted from: its start, the end of its trial, or the day on which another interval began.
  charged_from         date not null,
  -- The first day that is not charged yet.
  charged_through      date not null,
  -- When the run has to look at it: null when nothing more will come by itself.
  next_invoice_on      date,
  -- The first day without service.
  ends_on              date,
  price_override_minor bigint check (price_override_minor >= 0),
  discount_bp          integer check (discount_bp between 1 and 10000),
  discount_minor       bigint check (discount_minor > 0),
  discount_ends_on     date,
  setup_fee_minor      bigint not null default 0 check (setup_fee_minor >= 0),
  is_setup_charged     boolean not null default false,
  pending_version_id   uuid,
  pending_on           date,
  paused_from          date,
  -- The day of return; null while it is not known.
  paused_until         date,
  created_at           timestamptz not null,
  revision             integer not null default 1,
  unique (id, currency),
  foreign key (plan_version_id, currency) references plans.versions (id, currency),
  foreign key (pending_version_id, currency) references plans.versions (id, currency),
  check (trial_ends_on > starts_on),
  check (charged_from >= starts_on),
  check (charged_through >= charged_from),
  check (ends_on >= starts_on),
  check (discount_bp is null or discount_minor is null),
  check (discount_ends_on is null or discount_bp is not null or discount_minor is not null),
  check ((pending_version_id is null) = (pending_on is null)),
  check (paused_until is null or paused_until > paused_from),
  check (paused_from is not null or paused_until is null),
  check (status = 'active' or (ends_on is not null and next_invoice_on is null and pending_on is null))
);
create index subscriptions_customer on billing.subscriptions (customer_id, id);
create index subscriptions_due on billing.subscriptions (next_invoice_on, id) where next_invoice_on is not null;
create index subscriptions_version on billing.subscriptions (plan_version_id);
create index subscriptions_ending on billing.subscriptions (ends_on) where status = 'active' and ends_on is not null;
create index subscriptions_paused on billing.subscriptions (paused_from) where paused_from is not null;
create index subscriptions_changing on billing.subscriptions (pending_on) where pending_on is not null;
create unique index subscriptions_account on billing.subscriptions (account_id) where status = 'active';

-- The days that were charged, or passed over. Each row points at the end of the one before it: no two overlap, and none is
-- missing (R-PER-5), which an exclusion constraint would not see to.
create table billing.periods (
  subscription_id uuid not null references billing.subscriptions,
  starts_on       date not null,
  ends_on         date not null,
  prev_ends_on    date,
  -- A pause is charged with nothing: a vacation, or a period that began while the service was off.
  kind            text not null check (kind in ('service', 'pause')),
  plan_version_id uuid not null references plans.versions,
  -- Of the whole interval, before discounts: what a part of it is a part of.
  price_minor     bigint not null check (price_minor >= 0),
  primary key (subscription_id, starts_on),
  unique (subscription_id, ends_on),
  check (starts_on < ends_on),
  check (prev_ends_on = starts_on),
  -- Deferred: a period that is cut gets its successor in the same transaction.
  constraint periods_chain foreign key (subscription_id, prev_ends_on) references billing.periods (subscription_id, ends_on) deferrable initially deferred
);
create unique index periods_one_beginning on billing.periods (subscription_id) where prev_ends_on is null;

-- Every customer with a plan has a subscription from now on. The days that went by were invoiced by hand: charging begins with
-- the anchor day that comes next.
insert into billing.subscriptions
  (id, customer_id, account_id, plan_version_id, currency, starts_on, anchor_day, period_unit, period_count,
   charged_from, charged_through, next_invoice_on, created_at)
select gen_random_uuid(), account.customer_id, account.id, version.id, version.currency, account.created_at::date,
  extract(day from account.created_at)::int, version.period_unit, version.period_count, beginning.day, beginning.day, beginning.day, now()
from provisioning.accounts account
join customers.customers customer on customer.id = account.customer_id and customer.removed_at is null
join plans.plans plan on plan.profile_id = account.profile_id
join plans.versions version on version.plan_id = plan.id and version.version = plan.sold_version
cross join lateral (
  -- The day of the account's month, in this month where it is still to come and in the next otherwise.
  select min(day) as day from (
    select (month + least(extract(day from account.created_at)::int, extract(day from month + interval '1 month' - interval '1 day')::int) * interval '1 day'
            - interval '1 day')::date as day
    from (select date_trunc('month', now()) + n * interval '1 month' as month from generate_series(0, 1) n) months
  ) days where day > current_date
) beginning
where account.removed_at is null;
