-- What the watch over counters needs to know: when it looked last, what was used in each hour, who is online now, and whether a
-- code with hours of the day is let in.
create table vouchers.clock_watch (
  is_only_row boolean primary key default true check (is_only_row),
  seen_at     timestamptz not null
);

-- What codes used at each router, by the hour in which it was seen.
create table vouchers.hourly_usage (
  router_id    uuid not null references routers.routers,
  hour         timestamptz not null check (hour = date_trunc('hour', hour, 'UTC')),
  used_seconds bigint not null default 0 check (used_seconds >= 0),
  used_bytes   bigint not null default 0 check (used_bytes >= 0),
  first_uses   integer not null default 0 check (first_uses >= 0),
  primary key (router_id, hour)
);
create index hourly_usage_hour on vouchers.hourly_usage (hour);

alter table vouchers.vouchers
  -- When a device was last seen online with it.
  add column online_at timestamptz,
  -- Whether its router lets it in by the hour of the day; null: not known, or it has no hours.
  add column is_let_in boolean;
create index vouchers_online on vouchers.vouchers (online_at) where online_at is not null;
create index vouchers_version_on_router on vouchers.vouchers (version_id) where is_on_router;
create index vouchers_live on vouchers.vouchers (router_id) where ended_at is null;
