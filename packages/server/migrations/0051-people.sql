-- People: what may be forced on an account, a second factor, invitations, sessions that can be named, and keys for programs.
alter table auth.staff
  add column full_name text not null default '',
  -- Somebody else knows it: good for choosing another one.
  add column is_password_forced boolean not null default false,
  -- Nobody can sign in with a password that nobody has: the invitation sets it.
  add column is_invited boolean not null default false,
  add column totp_sealed bytea,
  -- The step of the last code that was taken: no code works twice.
  add column totp_step bigint not null default 0,
  add column totp_since timestamptz,
  -- Shut out until then by an emergency act.
  add column shut_out_until timestamptz,
  add column revision integer not null default 1,
  add constraint staff_totp check ((totp_sealed is null) = (totp_since is null));
create index staff_role on auth.staff (role) where not is_disabled;

create table auth.recovery_codes (
  staff_id  uuid not null references auth.staff on delete cascade,
  code_hash bytea not null,
  used_at   timestamptz,
  primary key (staff_id, code_hash)
);

create table auth.invitations (
  token_hash bytea primary key,
  staff_id   uuid not null unique references auth.staff on delete cascade,
  expires_at timestamptz not null
);

create table auth.role_rules (
  role          text primary key check (role in ('super_admin', 'manager', 'admin', 'office', 'cashier', 'auditor')),
  requires_totp boolean not null default false
);
insert into auth.role_rules (role) values ('super_admin'), ('manager'), ('admin'), ('office'), ('cashier'), ('auditor');

alter table auth.sessions
  add column id uuid not null default gen_random_uuid() unique,
  -- When the password (and the code) was last given in this session.
  add column confirmed_at timestamptz;
update auth.sessions set confirmed_at = created_at;
alter table auth.sessions alter column confirmed_at set not null;

create table auth.api_keys (
  id           uuid primary key,
  -- He lends his rights to it, no more; without him it is worth nothing.
  staff_id     uuid not null references auth.staff on delete cascade,
  name         text not null,
  key_hash     bytea not null unique,
  -- Shown in lists, to be told apart.
  hint         text not null,
  scopes       text[] not null check (cardinality(scopes) > 0),
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  last_used_at timestamptz,
  last_address text,
  revoked_at   timestamptz
);
create index api_keys_staff on auth.api_keys (staff_id, id);
create unique index api_keys_name on auth.api_keys (staff_id, lower(name)) where revoked_at is null;

create index sign_in_failures_at on auth.sign_in_failures (id desc);
