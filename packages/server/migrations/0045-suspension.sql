-- When a debt cuts somebody off, when it does not, and what stops a run that looks wrong.
create table billing.overdue_policy (
  is_the_only_row        boolean primary key default true check (is_the_only_row),
  -- An invoice that is open for no more than this cuts nobody and costs no fee (billing.md R-SUS-4).
  tolerance_minor        bigint not null default 0 check (tolerance_minor >= 0),
  -- Who is switched on by hand while he owes stays on for so many days.
  exemption_days         integer not null default 3 check (exemption_days between 1 and 90),
  -- A run that would cut more of those who are on than this share, and more than this number, waits for a person.
  fuse_percent           integer not null default 10 check (fuse_percent between 1 and 100),
  fuse_least_count       integer not null default 20 check (fuse_least_count between 0 and 1000000),
  -- After so long without a run, what the books say is not trusted to cut anybody.
  fuse_stale_hours       integer not null default 26 check (fuse_stale_hours between 2 and 720),
  -- Where bank statements are imported: after so many days without one, the same. null: nobody imports any.
  fuse_import_days       integer check (fuse_import_days between 1 and 60),
  late_fee_kind          text check (late_fee_kind in ('flat', 'percent', 'daily_flat', 'daily_percent')),
  late_fee_minor         bigint check (late_fee_minor > 0),
  late_fee_basis_points  integer check (late_fee_basis_points between 1 and 100000),
  late_fee_grace_days    integer not null default 0 check (late_fee_grace_days between 0 and 365),
  late_fee_max_minor     bigint check (late_fee_max_minor > 0),
  revision               integer not null default 1,
  check ((late_fee_minor is not null) = coalesce(late_fee_kind in ('flat', 'daily_flat'), false)),
  check ((late_fee_basis_points is not null) = coalesce(late_fee_kind in ('percent', 'daily_percent'), false))
);
insert into billing.overdue_policy default values;

-- A promise to pay and an exemption both keep a customer on until a day, that day included.
create table billing.holds (
  id          uuid primary key,
  customer_id uuid not null references customers.customers,
  kind        text not null check (kind in ('promise', 'exemption')),
  until_on    date not null,
  reason      text,
  recorded_by text not null,
  recorded_at timestamptz not null,
  ended_by    text,
  ended_at    timestamptz,
  check (kind = 'promise' or reason <> ''),
  check ((ended_by is null) = (ended_at is null))
);
create index holds_customer on billing.holds (customer_id, id desc);
create index holds_standing on billing.holds (until_on, customer_id) where ended_at is null;

-- One that is not lifted stands, and stops every suspension; a person lifts it for a number of customers that he saw.
create table billing.fuse_trips (
  id            uuid primary key,
  at            timestamptz not null,
  reason        text not null check (reason in ('too_many', 'clock_went_back', 'last_run_long_ago', 'payments_late')),
  planned_count integer not null check (planned_count > 0),
  active_count  integer not null,
  limit_count   integer not null,
  last_run_at   timestamptz,
  lifted_at     timestamptz,
  lifted_by     text,
  lift_note     text,
  allowed_count integer check (allowed_count >= 0),
  check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (allowed_count is null))
);
create unique index fuse_trips_standing on billing.fuse_trips ((true)) where lifted_at is null;
create index fuse_trips_lifted on billing.fuse_trips (lifted_at desc);

alter table billing.overdue_runs add column planned_count integer;
alter table billing.overdue_runs add column stopped_reason text
  check (stopped_reason in ('too_many', 'clock_went_back', 'last_run_long_ago', 'payments_late'));

-- How many were cut for money since a moment: what a fuse counts.
create index blocks_overdue_since on provisioning.blocks (since) where reason = 'overdue';
