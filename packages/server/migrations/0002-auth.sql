create schema auth;

create table auth.staff (
  id                  uuid primary key,
  username            text not null check (username = lower(username)),
  role                text not null check (role in ('super_admin', 'manager', 'admin', 'office', 'cashier', 'auditor')),
  password_hash       text not null,
  -- Still the password that every fresh installation has: good for choosing another one, and for nothing else.
  is_password_initial boolean not null default false,
  is_disabled         boolean not null default false,
  failed_count        integer not null default 0,
  locked_until        timestamptz,
  created_at          timestamptz not null,
  unique (username)
);

create table auth.sessions (
  -- Only the SHA-256 of the token: who reads the table cannot become anybody.
  token_hash bytea primary key,
  staff_id   uuid not null references auth.staff on delete cascade,
  kind       text not null check (kind in ('cookie', 'token')),
  created_at timestamptz not null,
  seen_at    timestamptz not null,
  expires_at timestamptz not null,
  address    text not null,
  agent      text not null
);
create index sessions_staff on auth.sessions (staff_id);
create index sessions_expires on auth.sessions (expires_at);

create table auth.sign_in_failures (
  id       bigint generated always as identity primary key,
  at       timestamptz not null,
  username text not null,
  address  text not null
);
create index sign_in_failures_address on auth.sign_in_failures (address, at);
