-- What the program tells of itself: events, its schedules, and whom it writes to when something is wrong.
create function platform.make_append_only(kept regclass) returns void language plpgsql as $$
begin
  execute format('create trigger append_only before update or delete on %s for each row execute function platform.refuse_change()', kept);
  execute format('create trigger append_only_truncate before truncate on %s execute function platform.refuse_change()', kept);
end $$;

create schema system;

create table system.events (
  id         bigint generated always as identity primary key,
  at         timestamptz not null,
  kind       text not null check (kind in ('system', 'router', 'job', 'security')),
  level      text not null check (level in ('info', 'warning', 'alarm')),
  -- Like an audit action: `router.unreachable`.
  name       text not null,
  -- The thing that it is about.
  subject_id uuid,
  message    text not null,
  -- The same thing is told once, however often somebody looks.
  dedupe_key text unique,
  -- An alarm rings until somebody has seen it.
  seen_at    timestamptz,
  seen_by    text,
  check ((seen_at is null) = (seen_by is null)),
  check (level = 'alarm' or seen_at is null)
);
create index events_kind on system.events (kind, id desc);
create index events_level on system.events (level, id desc);
create index events_at on system.events (at);
create index events_ringing on system.events (id desc) where level = 'alarm' and seen_at is null;

-- One row per schedule, kept by the runs themselves.
create table system.jobs (
  name             text primary key,
  cron             text not null,
  time_zone        text not null,
  paused_at        timestamptz,
  paused_by        text,
  last_started_at  timestamptz,
  last_ended_at    timestamptz,
  last_duration_ms integer,
  last_failed_at   timestamptz,
  last_error       text,
  run_count        bigint not null default 0,
  failure_count    bigint not null default 0,
  check ((paused_at is null) = (paused_by is null))
);

alter table settings.provider
  -- Alarms and the root of each day's log go here.
  add column owner_email text,
  -- How long an event is kept.
  add column event_days  integer not null default 90 check (event_days between 7 and 3650);
