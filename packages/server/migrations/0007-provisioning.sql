create schema provisioning;

-- What an account may do on a router. A plan prices one.
create table provisioning.profiles (
  id        uuid primary key,
  name      text not null,
  down_kbps integer not null check (down_kbps > 0),
  up_kbps   integer not null check (up_kbps > 0),
  version   integer not null default 1
);
create unique index profiles_name on provisioning.profiles (lower(name));

-- Which version of a profile a router is known to have.
create table provisioning.profile_copies (
  router_id       uuid not null references routers.routers on delete cascade,
  profile_id      uuid not null references provisioning.profiles on delete cascade,
  applied_version integer not null,
  primary key (router_id, profile_id)
);

create table provisioning.accounts (
  id              uuid primary key,
  customer_id     uuid not null references customers.customers,
  router_id       uuid not null references routers.routers,
  profile_id      uuid not null references provisioning.profiles,
  service         text not null check (service in ('pppoe')),
  name            text not null,
  password_sealed bytea not null,
  -- The name that the router last had from us: where to look for the object after a renaming.
  applied_name    text,
  -- Unsettled while these two differ: that comparison is the outbox.
  version         integer not null default 1,
  applied_version integer not null default 0,
  pending_since   timestamptz,
  attempt_count   integer not null default 0,
  -- null while it waits for a person.
  next_try_at     timestamptz,
  trouble_code    text,
  trouble_message text,
  created_at      timestamptz not null,
  -- Wanted gone; the row stays, for its money history and until the router is known to be rid of it.
  removed_at      timestamptz,
  check ((applied_version = version) = (pending_since is null))
);
create unique index accounts_name on provisioning.accounts (router_id, service, name) where removed_at is null;
create index accounts_customer on provisioning.accounts (customer_id);
create index accounts_profile on provisioning.accounts (profile_id) where removed_at is null;
create index accounts_unsettled on provisioning.accounts (router_id) where applied_version <> version;
create index accounts_name_search on provisioning.accounts using gin (lower(name) gin_trgm_ops) where removed_at is null;

-- Access is on when no block remains. Each reason is lifted by its own remedy only.
create table provisioning.blocks (
  id         bigint generated always as identity primary key,
  account_id uuid not null references provisioning.accounts,
  reason     text not null check (reason in ('overdue', 'staff')),
  since      timestamptz not null,
  by_name    text not null,
  note       text,
  lifted_at  timestamptz,
  lifted_by  text
);
create unique index blocks_standing on provisioning.blocks (account_id, reason) where lifted_at is null;
create index blocks_standing_reason on provisioning.blocks (reason) where lifted_at is null;

-- Who is online, as the routers told it last; rows that ended are the history.
create table provisioning.sessions (
  id           uuid primary key,
  router_id    uuid not null references routers.routers on delete cascade,
  -- Tells one session of a router from all others, also after a reboot.
  router_key   text not null,
  account_id   uuid references provisioning.accounts,
  account_name text not null,
  address      text,
  caller_id    text,
  started_at   timestamptz not null,
  down_bytes   bigint not null default 0,
  up_bytes     bigint not null default 0,
  down_bps     bigint,
  up_bps       bigint,
  seen_at      timestamptz not null,
  ended_at     timestamptz
);
create unique index sessions_live on provisioning.sessions (router_id, router_key) where ended_at is null;
create index sessions_live_order on provisioning.sessions (account_name, id) where ended_at is null;
create index sessions_account on provisioning.sessions (account_id, started_at desc);
