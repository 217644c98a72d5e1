-- One act on many customers: what was asked for, and what became of it for each of them.
create schema bulk;

create table bulk.jobs (
  id              uuid primary key,
  kind            text not null check (kind in ('suspend', 'activate', 'move', 'change_plan', 'tag', 'untag', 'sync', 'disconnect', 'import')),
  params          jsonb not null,
  -- Each item is done with the rights that this person has when its turn comes.
  staff_id        uuid not null references auth.staff,
  by_name         text not null,
  via             text,
  idempotency_key text not null check (length(idempotency_key) between 1 and 100),
  -- What the key was first used for.
  fingerprint     bytea not null,
  asked_at        timestamptz not null,
  -- draft: a file that was read and is not confirmed yet.
  held_why        text check (held_why in ('too_many', 'mostly_failed', 'draft')),
  -- A person has looked: it is not held again.
  lifted_at       timestamptz,
  stopped_by      text,
  ended_at        timestamptz,
  unique (staff_id, idempotency_key),
  check (held_why is null or ended_at is null),
  check (stopped_by is null or ended_at is not null)
);
create index jobs_open on bulk.jobs (id) where ended_at is null;
create index jobs_ended on bulk.jobs (ended_at) where ended_at is not null;

create table bulk.items (
  job_id        uuid not null references bulk.jobs on delete cascade,
  place         integer not null check (place > 0),
  customer_id   uuid references customers.customers,
  -- Of a file: its line, what stands there for people to read, and the whole row, sealed for the sake of passwords.
  line          integer check (line > 0),
  label         text,
  row_sealed    bytea,
  state         text not null default 'waiting' check (state in ('waiting', 'done', 'unchanged', 'failed')),
  code          text,
  message       text,
  attempt_count integer not null default 0 check (attempt_count >= 0),
  next_try_at   timestamptz,
  done_at       timestamptz,
  primary key (job_id, place),
  check (line is not null or customer_id is not null),
  check ((state = 'waiting') = (done_at is null)),
  check ((state = 'waiting') = (next_try_at is not null)),
  check (state <> 'failed' or code is not null)
);
create unique index items_customer_once on bulk.items (job_id, customer_id) where line is null;
create index items_due on bulk.items (job_id, next_try_at, place) where state = 'waiting';
create index items_state on bulk.items (job_id, state, place);
create index items_customer on bulk.items (customer_id);
