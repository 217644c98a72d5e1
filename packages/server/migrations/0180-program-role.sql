-- The program works as a role that is not the owner of its tables: what a trigger refuses there to everybody, this role has no right
-- to begin with (billing.md section 6). Which tables those are is read off the triggers, so that the two can't drift apart.
create function platform.give_rights() returns void language plpgsql as $$
declare
  role_name constant name := 'lastmile_program';
  room record;
  kept record;
  mutable text;
begin
  -- A role belongs to the whole cluster: another database of it may have it already, or be making it this moment.
  if to_regrole(role_name) is null then
    begin
      execute format('create role %I nologin', role_name);
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
  -- Before PostgreSQL 16 every member of a role may become it; a superuser may become any.
  if not pg_has_role(role_name, case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end) then
    execute format('grant %I to %I', role_name, current_user);
  end if;

  for room in select nspname as name from pg_namespace
    where nspowner = current_user::regrole and nspname !~ '^pg_' and nspname not in ('public', 'information_schema', 'pgboss')
  loop
    execute format('grant usage on schema %I to %I', room.name, role_name);
    execute format('grant select, insert, update, delete on all tables in schema %I to %I', room.name, role_name);
    execute format('grant usage on all sequences in schema %I to %I', room.name, role_name);
  end loop;
  execute format('grant select on public.schema_migrations to %I', role_name);

  -- Of a trigger's type, 8 is delete and 16 is update. One that names columns keeps those; one with a condition decides by itself.
  for kept in select tgrelid as id, tgrelid::regclass as name, bool_or(tgtype & 8 <> 0) as from_delete, bool_or(tgtype & 16 <> 0) as from_update
    from pg_trigger where tgfoid = 'platform.refuse_change'::regproc and tgqual is null group by tgrelid
  loop
    if kept.from_delete then
      execute format('revoke delete on %s from %I', kept.name, role_name);
    end if;
    if kept.from_update then
      execute format('revoke update on %s from %I', kept.name, role_name);
      select string_agg(quote_ident(attname), ', ') into mutable from pg_attribute
        where attrelid = kept.id and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a'
          and not exists (select from pg_trigger where tgrelid = kept.id and tgfoid = 'platform.refuse_change'::regproc and tgqual is null
            and tgtype & 16 <> 0 and (cardinality(tgattr::int2[]) = 0 or attnum = any (tgattr::int2[])));
      if mutable is not null then
        execute format('grant update (%s) on %s to %I', mutable, kept.name, role_name);
      end if;
    end if;
  end loop;
exception when insufficient_privilege then
  -- Somebody's own PostgreSQL whose user may make no roles: the program goes on as that user and says so, and the triggers refuse.
  null;
end $$;

-- Of others' connections a role sees nothing: the owner shows the program those of its own database.
create function platform.connections()
  returns table (pid integer, application text, state text, wait_event text, statement text, statement_started_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select pid, application_name, state, wait_event, query, query_start from pg_stat_activity where datname = current_database()
$$;

-- What a payment says never changes and goes by no way: only what became of it is written beside it.
create trigger never_deleted before delete on billing.payments for each row execute function platform.refuse_change();
create trigger never_rewritten before update of id, customer_id, amount_minor, currency, method, note, received_on, idempotency_key,
  recorded_by, recorded_at, receipt_no, receipt_prefix, receipt_year, receipt_number, provider, provider_ref on billing.payments
  for each row execute function platform.refuse_change();
