-- What a router tells of its health, and how it was.
alter table routers.routers
  add column temperature_celsius real,
  add column clock_skew_seconds integer,
  add column latency_ms integer check (latency_ms >= 0),
  -- Whoever wants a full look now counts the first up; the process that holds the router brings the second to it. So any
  -- process may ask, and knows when it was done.
  add column look_asked integer not null default 0,
  add column look_done integer not null default 0;

-- A point every five minutes for some days, one an hour for some months: see routers/health-history.ts.
create table routers.health_points (
  router_id           uuid not null references routers.routers on delete cascade,
  at                  timestamptz not null,
  step_seconds        integer not null check (step_seconds in (300, 3600)),
  online_percent      smallint not null check (online_percent between 0 and 100),
  cpu_load_percent    smallint,
  memory_used_percent smallint,
  temperature_celsius real,
  latency_ms          integer,
  active_count        integer,
  primary key (router_id, at, step_seconds)
);
create index health_points_age on routers.health_points (step_seconds, at);
