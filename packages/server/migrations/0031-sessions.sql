-- How each session ended, who is looked for among those online, and how many accounts a customer has without counting them.

alter table provisioning.sessions
  -- left: gone at the subscriber's end. cut: his account was blocked or removed. dropped: by a person. forgotten: with its router.
  add column ended_how text check (ended_how in ('left', 'cut', 'dropped', 'forgotten')),
  add column ended_by  text,
  -- The customer's name when the session began; a reading carries on what it has become.
  add column customer_words text not null default '',
  add constraint sessions_end check (ended_at is not null or (ended_how is null and ended_by is null));
alter table provisioning.sessions add column search text not null generated always as (
  customers.plain(' ' || account_name || ' ' || coalesce(address, '') || ' ' || coalesce(caller_id, '') || ' ' || customer_words)
) stored;
create index sessions_live_search on provisioning.sessions using gin (search gin_trgm_ops) with (fastupdate = off) where ended_at is null;
create index sessions_live_account on provisioning.sessions (account_id) where ended_at is null;

alter table customers.customers add column account_count integer not null default 0;
update customers.customers customer set account_count = counted.count
from (select customer_id, count(*) from provisioning.accounts where removed_at is null group by customer_id) counted
where counted.customer_id = customer.id;
create index customers_no_account on customers.customers (sort_name, id) where removed_at is null and account_count = 0;

create function customers.count_accounts(customer_ids uuid[]) returns void language sql as $$
  update customers.customers customer set account_count = now.count
  from (
    select owner.id, (select count(*) from provisioning.accounts account where account.customer_id = owner.id and account.removed_at is null) as count
    from unnest(customer_ids) as owner (id)
  ) now
  where customer.id = now.id and customer.account_count <> now.count
$$;

-- By triggers, as with his places: no way of making, moving or removing an account can forget it.
create function provisioning.count_accounts_of_owners() returns trigger language plpgsql as $$
begin
  perform customers.count_accounts(array(select distinct customer_id from changed));
  return null;
end $$;
create trigger accounts_added_count after insert on provisioning.accounts
  referencing new table as changed for each statement execute function provisioning.count_accounts_of_owners();
create trigger accounts_gone_count after delete on provisioning.accounts
  referencing old table as changed for each statement execute function provisioning.count_accounts_of_owners();

create function provisioning.count_accounts_of_owner() returns trigger language plpgsql as $$
begin
  perform customers.count_accounts(array[old.customer_id, new.customer_id]);
  return null;
end $$;
create trigger accounts_moved_count after update of removed_at, customer_id on provisioning.accounts
  for each row when ((old.removed_at, old.customer_id) is distinct from (new.removed_at, new.customer_id))
  execute function provisioning.count_accounts_of_owner();
