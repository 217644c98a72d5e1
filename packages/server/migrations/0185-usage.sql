-- What accounts use, day by day in the provider's zone. Added up from the counters of their sessions, a difference at a time: a
-- counter that begins anew takes nothing back, and one that jumps is not believed.
create table provisioning.daily_usage (
  account_id    uuid not null references provisioning.accounts,
  day           date not null,
  down_bytes    bigint not null default 0 check (down_bytes >= 0),
  up_bytes      bigint not null default 0 check (up_bytes >= 0),
  -- More than the line can carry in the time: told, and charged to nobody.
  doubted_bytes bigint not null default 0 check (doubted_bytes >= 0),
  primary key (account_id, day)
);
create index daily_usage_day on provisioning.daily_usage (day);

-- How long the session had run when its counters were read last, by the router's own clock. What runs shorter now is another one.
alter table provisioning.sessions add column counted_uptime_seconds bigint;

-- The slow profile of another one: its accounts get it while what their plan includes is used up. It has the addresses of the full one.
alter table provisioning.profiles
  add column slow_of uuid unique references provisioning.profiles,
  add constraint profiles_slow check (slow_of is null or (slow_of <> id and address_range is null and not is_for_blocked));

alter table provisioning.accounts
  -- Since when it has the slow profile, where its profile has one.
  add column slowed_since timestamptz,
  -- Its sessions are to begin anew with the next visit to the router: a session keeps the speed that it began with.
  add column is_to_redial boolean not null default false;

-- What happens to who has used all that his plan includes.
alter table plans.plans
  add column when_used_up text not null default 'nothing' check (when_used_up in ('nothing', 'slow', 'cut')),
  add constraint plans_used_up check (when_used_up = 'nothing' or data_cap_bytes is not null);
create index plans_capped on plans.plans (profile_id) where when_used_up <> 'nothing';

create schema usage;

-- Data given on top of the plan, for one period of an account.
create table usage.grants (
  id         uuid primary key,
  account_id uuid not null references provisioning.accounts,
  -- The first day of the period in which it was given: it ends with it.
  period_on  date not null,
  -- null: as much as he likes till the period ends.
  bytes      bigint check (bytes > 0),
  reason     text not null check (reason <> ''),
  by_name    text not null,
  given_at   timestamptz not null
);
create index grants_account on usage.grants (account_id, period_on);
