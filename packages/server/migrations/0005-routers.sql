create schema routers;

create table routers.routers (
  id                 uuid primary key,
  label              text not null,
  host               text not null,
  port               integer not null check (port between 1 and 65535),
  tls                text not null check (tls in ('off', 'verify', 'pinned', 'anonymous')),
  fingerprint        text,
  username           text not null,
  password_sealed    bytea not null,
  mode               text not null check (mode in ('observe', 'manage')),
  -- Grows when the way to connect changes; whoever holds a connection of an older number opens a new one.
  connection_version integer not null default 1,
  state              text not null default 'unknown'
                     check (state in ('unknown', 'online', 'unreachable', 'login_refused', 'rejected')),
  state_since        timestamptz,
  trouble_code       text,
  trouble_message    text,
  identity           text,
  model              text,
  ros_version        text,
  uptime_seconds     integer,
  cpu_load_percent   integer,
  free_memory_bytes  bigint,
  total_memory_bytes bigint,
  last_seen_at       timestamptz,
  last_sync_at       timestamptz,
  created_at         timestamptz not null,
  -- Gone for the operator; the row stays for the history of its accounts.
  removed_at         timestamptz,
  revision           integer not null default 1
);
create unique index routers_label on routers.routers (lower(label)) where removed_at is null;
create unique index routers_address on routers.routers (lower(host), port) where removed_at is null;
