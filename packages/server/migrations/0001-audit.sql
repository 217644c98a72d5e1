-- Rows that may never change say so here, to everybody: also to the program itself and to a person with psql.
create schema platform;

create function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_schema || '.' || tg_table_name, tg_op
    using errcode = 'restrict_violation';
end $$;

create schema audit;

create table audit.entries (
  id         bigint generated always as identity primary key,
  at         timestamptz not null,
  actor_kind text not null check (actor_kind in ('staff', 'schedule', 'reconciler', 'system')),
  actor_id   uuid,
  actor_name text not null,
  action     text not null,
  -- The things it is about, so that a customer's page can show his history with one index.
  about      uuid[] not null default '{}',
  details    jsonb not null default '{}'
);
create index entries_about on audit.entries using gin (about);
create trigger append_only before update or delete on audit.entries for each row execute function platform.refuse_change();
create trigger append_only_truncate before truncate on audit.entries execute function platform.refuse_change();
