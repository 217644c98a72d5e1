-- Break-glass acts. What began and how it ended are two rows that nobody changes; it stands while it has no end.
create schema emergency;

create table emergency.overrides (
  id         uuid primary key,
  kind       text not null check (kind in ('suspension_pause', 'restoration', 'shut_out', 'shift_takeover', 'observe_all')),
  -- Whom or what it is about: a person, a shift.
  subject_id uuid,
  subject    text,
  reason     text not null check (reason <> ''),
  started_at timestamptz not null,
  started_by text not null,
  -- None goes on for ever.
  until      timestamptz not null check (until > started_at and until <= started_at + interval '7 days'),
  check ((subject_id is not null) = (kind in ('shut_out', 'shift_takeover')))
);
create index overrides_started on emergency.overrides (id desc);

create table emergency.endings (
  override_id uuid primary key references emergency.overrides,
  ended_at    timestamptz not null,
  ended_by    text not null,
  note        text,
  -- How many customers, routers or sessions it reached.
  reached     integer check (reached >= 0)
);
select platform.make_append_only('emergency.overrides');
select platform.make_append_only('emergency.endings');

-- Nobody is cut for money until then. It ends by itself, also when no job runs.
alter table billing.overdue_policy add column paused_until timestamptz;
alter table billing.overdue_runs drop constraint overdue_runs_stopped_reason_check,
  add constraint overdue_runs_stopped_reason_check
    check (stopped_reason in ('too_many', 'clock_went_back', 'last_run_long_ago', 'payments_late', 'paused'));

-- Was managed before an emergency put all routers in observe: it is again when that ends.
alter table routers.routers add column is_managed_afterwards boolean not null default false;
