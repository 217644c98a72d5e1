-- What was written to which object of a router, and when last: how much was changed there within the hour is counted over all
-- rounds. One row per object, so there are never more of them than objects.
create table provisioning.written_objects (
  router_id  uuid not null references routers.routers on delete cascade,
  kind       text not null check (kind in ('account', 'profile', 'pool')),
  object_id  uuid not null,
  written_at timestamptz not null,
  primary key (router_id, kind, object_id)
);
create index written_objects_lately on provisioning.written_objects (router_id, written_at);

-- Profiles and pools are changed by hand, too. A pool has the id of its profile.
alter table provisioning.drifts
  add column kind text not null default 'account' check (kind in ('account', 'profile', 'pool')),
  add column profile_id uuid references provisioning.profiles on delete cascade,
  alter column account_id drop not null,
  add check ((kind = 'account') = (account_id is not null)),
  add check ((kind = 'account') = (profile_id is null));
drop index provisioning.drifts_open;
create unique index drifts_open on provisioning.drifts (router_id, kind, coalesce(account_id, profile_id)) where closed_at is null;
