-- Who is told what: an outbox whose rows say whether they are done.
create schema notifications;

create table notifications.mail_settings (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  is_on           boolean not null default false,
  host            text,
  port            integer not null default 587 check (port between 1 and 65535),
  security        text not null default 'starttls' check (security in ('starttls', 'tls', 'none')),
  username        text,
  password_sealed bytea,
  from_address    text,
  from_name       text not null default '',
  reply_to        text,
  revision        integer not null default 1,
  check (not is_on or (host is not null and from_address is not null))
);
insert into notifications.mail_settings default values;

create table notifications.messages (
  id            uuid primary key,
  kind          text not null,
  customer_id   uuid,
  -- What it is about, so that the same thing is said once however often a job looks.
  dedupe_key    text unique,
  to_address    text not null,
  language      text not null,
  subject       text not null,
  body          text not null,
  state         text not null default 'waiting' check (state in ('waiting', 'sent', 'dead', 'cancelled')),
  attempt_count integer not null default 0,
  next_try_at   timestamptz,
  last_error    text,
  created_at    timestamptz not null,
  -- A reminder that comes a week late is worse than none.
  expires_at    timestamptz not null,
  ended_at      timestamptz,
  check ((state = 'waiting') = (next_try_at is not null)),
  check ((state = 'waiting') = (ended_at is null))
);
create index messages_due on notifications.messages (next_try_at, id) where state = 'waiting';
create index messages_state on notifications.messages (state, id desc);
create index messages_customer on notifications.messages (customer_id, id desc);
create index messages_ended on notifications.messages (ended_at) where state <> 'waiting';

create table notifications.attachments (
  message_id uuid not null references notifications.messages on delete cascade,
  no         integer not null check (no between 1 and 10),
  name       text not null,
  type       text not null,
  content    bytea not null check (octet_length(content) <= 5242880),
  primary key (message_id, no)
);

create table notifications.preferences (
  customer_id uuid primary key,
  language    text,
  -- Where to write to instead of the address of the customer.
  email       text,
  opted_out   text[] not null default '{}' check (opted_out <@ array['invoice', 'reminder', 'receipt'])
);

alter table billing.overdue_policy
  add column reminder_days_before integer[] not null default '{3}',
  add column reminder_days_after  integer[] not null default '{1,7}',
  -- Nobody wants a reminder in the night.
  add column reminder_hour        integer not null default 9 check (reminder_hour between 0 and 23),
  add column does_mail_invoices   boolean not null default true,
  add column does_mail_receipts   boolean not null default true;
