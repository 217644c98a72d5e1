-- Taken over from a router that was there before us: an object of this name without a mark is meant, and gets the mark once the
-- router is managed.
alter table provisioning.accounts
  add column is_adopted boolean not null default false,
  -- The router did not show it, so somebody must give one before the account can be made anew.
  add column is_password_unknown boolean not null default false;
alter table provisioning.profile_copies add column is_adopted boolean not null default false;

alter table routers.routers
  -- More of its accounts than this are not changed in one round before a person has looked.
  add column change_limit_percent integer not null default 30 check (change_limit_percent between 1 and 100),
  add column held_count integer not null default 0,
  add column held_since timestamptz,
  add column lifted_count integer,
  add column lifted_until timestamptz,
  -- What somebody changed by hand on our objects is put right at once, or listed until a person decides.
  add column heals_drift boolean not null default true,
  add check ((held_count = 0) = (held_since is null)),
  add check ((lifted_count is null) = (lifted_until is null));

-- Differences on our objects that we did not make.
create table provisioning.drifts (
  id            uuid primary key,
  router_id     uuid not null references routers.routers on delete cascade,
  account_id    uuid not null references provisioning.accounts,
  differences   jsonb not null,
  found_at      timestamptz not null,
  ignored_until timestamptz,
  closed_at     timestamptz,
  outcome       text check (outcome in ('reverted', 'adopted', 'gone')),
  closed_by     text,
  check ((closed_at is null) = (outcome is null))
);
create unique index drifts_open on provisioning.drifts (account_id) where closed_at is null;
create index drifts_router on provisioning.drifts (router_id, id desc);
create index drifts_newest on provisioning.drifts (id desc);
