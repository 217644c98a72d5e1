-- The log can be proved: each entry keeps the exact bytes that were written, they hang in one chain, and each day has a
-- Merkle root. Decision 0011 says why the chain follows a moment after the commit.
alter table audit.entries
  add column uid     uuid,
  -- As what the actor did it, from where, by what key, and why.
  add column role    text,
  add column address text,
  add column via     text,
  add column reason  text,
  -- RFC 8785 JSON of all of the above: what is hashed. The columns are its copy, to search by.
  add column payload text,
  -- By the key of this installation, which the database holds only sealed: who inserts by hand cannot make it.
  add column mac     bytea;

alter table audit.entries disable trigger append_only;
update audit.entries set uid = gen_random_uuid();
update audit.entries set payload = jsonb_build_object(
  'id', uid,
  'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'actor', jsonb_strip_nulls(jsonb_build_object('kind', actor_kind, 'id', actor_id, 'name', actor_name)),
  'action', action, 'about', to_jsonb(about), 'details', details)::text;
alter table audit.entries enable trigger append_only;
alter table audit.entries alter column uid set not null, alter column payload set not null;
create unique index entries_uid on audit.entries (uid);
create index entries_actor on audit.entries (actor_id, id);
create index entries_action on audit.entries (action text_pattern_ops, id);
create index entries_at on audit.entries (at);
create index entries_search on audit.entries using gin (lower(payload) gin_trgm_ops);

-- What waits for its place. Filled by the database itself, so that an entry made by hand waits here, too.
create table audit.unchained (entry_id bigint primary key);
insert into audit.unchained select id from audit.entries;
create function audit.await_chain() returns trigger language plpgsql as $$
begin
  insert into audit.unchained values (new.id);
  return null;
end $$;
create trigger await_chain after insert on audit.entries for each row execute function audit.await_chain();

-- No foreign key to the entries: its check would need the right to change them, which nobody has.
create table audit.chain (
  seq        bigint primary key check (seq > 0),
  entry_id   bigint not null unique,
  hash       bytea not null check (length(hash) = 32),
  mac        bytea check (length(mac) = 32),
  -- The operator's day, never earlier than that of the record before.
  day        date not null,
  chained_at timestamptz not null
);
create index chain_day on audit.chain (day, seq);

create table audit.days (
  day       date primary key,
  first_seq bigint not null unique,
  last_seq  bigint not null unique,
  -- RFC 6962 over the payloads of the day.
  root      bytea not null check (length(root) = 32),
  -- The chain's hash at the end of the day.
  head      bytea not null check (length(head) = 32),
  mac       bytea check (length(mac) = 32),
  closed_at timestamptz not null,
  check (last_seq >= first_seq)
);

create table audit.keys (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  key_sealed      bytea not null
);

create trigger append_only before update or delete on audit.chain for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on audit.chain execute function platform.refuse_change();
create trigger append_only before update or delete on audit.days for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on audit.days execute function platform.refuse_change();

-- Not even the owner of the tables, which is the program itself on a database of its own, keeps the right.
revoke update, delete, truncate on audit.entries, audit.chain, audit.days from public, current_user;
