-- What happens to a blocked account: it is disabled, or gets a profile that leads to a page and no further.
create table provisioning.blocked_access (
  is_only  boolean primary key default true check (is_only),
  mode     text not null default 'disable' check (mode in ('disable', 'walled_garden')),
  revision integer not null default 1
);
insert into provisioning.blocked_access default values;

-- The profiles of blocked accounts, of each kind one: they are brought to routers as those of plans are.
alter table provisioning.profiles add column is_for_blocked boolean not null default false;
create unique index profiles_for_blocked on provisioning.profiles (service) where is_for_blocked;
insert into provisioning.profiles (id, name, service, down_kbps, up_kbps, address_list, is_for_blocked) values
  ('00000000-0000-4000-8000-0000b10c0001', 'lm-blocked', 'pppoe', 512, 512, 'lm-blocked', true),
  ('00000000-0000-4000-8000-0000b10c0002', 'lm-blocked-hotspot', 'hotspot', 512, 512, 'lm-blocked', true);
alter table provisioning.profiles add constraint profiles_blocked_list check (not is_for_blocked or address_list is not null);

-- Since which version of a profile its speed is what it is, and when a router got that: a session that is older runs on
-- another speed till it dials again.
alter table provisioning.profiles add column speed_version integer not null default 1;
alter table provisioning.profile_copies add column speed_applied_at timestamptz;

-- A person has the sessions of a profile dial again, now or later.
create table provisioning.redials (
  id         uuid primary key,
  profile_id uuid not null references provisioning.profiles on delete cascade,
  asked_at   timestamptz not null,
  by_name    text not null,
  not_before timestamptz not null,
  ended_at   timestamptz,
  is_stopped boolean not null default false
);
create unique index redials_open on provisioning.redials (profile_id) where ended_at is null;
create index redials_due on provisioning.redials (not_before) where ended_at is null;

create table provisioning.redial_items (
  redial_id  uuid not null references provisioning.redials on delete cascade,
  session_id uuid not null references provisioning.sessions on delete cascade,
  done_at    timestamptz not null,
  -- null: dropped.
  trouble    text,
  primary key (redial_id, session_id)
);
