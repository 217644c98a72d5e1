-- Places: a tower, a village, a shop. They group routers, and a person may be limited to some of them.
create table routers.locations (
  id         uuid primary key,
  name       text not null check (name <> ''),
  address    text,
  notes      text,
  created_at timestamptz not null,
  revision   integer not null default 1
);
create unique index locations_name on routers.locations (lower(name));

alter table routers.routers add column location_id uuid references routers.locations;
create index routers_location on routers.routers (location_id) where removed_at is null;

-- Limited, a person sees and touches only what is of his places; without any place that is nothing.
alter table auth.staff add column is_limited boolean not null default false;
create table auth.staff_locations (
  staff_id    uuid not null references auth.staff on delete cascade,
  location_id uuid not null references routers.locations on delete cascade,
  primary key (staff_id, location_id)
);
create index staff_locations_location on auth.staff_locations (location_id);

-- Of which places a customer is: those of the routers of his accounts. Who has no account any more stays where he was, and
-- who has none yet is of the places of the person who added him.
alter table customers.customers add column location_ids uuid[] not null default '{}';
create index customers_locations on customers.customers using gin (location_ids) where removed_at is null;

create function customers.place_customers(customer_ids uuid[]) returns void language sql as $$
  update customers.customers customer set location_ids = now.location_ids
  from (
    select account.customer_id, coalesce(array_agg(distinct router.location_id order by router.location_id)
      filter (where router.location_id is not null), '{}') as location_ids
    from provisioning.accounts account join routers.routers router on router.id = account.router_id
    where account.customer_id = any(customer_ids) and account.removed_at is null
    group by account.customer_id
  ) now
  where customer.id = now.customer_id and customer.location_ids <> now.location_ids
$$;

-- By triggers, so that no way of making, moving or removing an account can forget it.
create function provisioning.place_owners() returns trigger language plpgsql as $$
begin
  perform customers.place_customers(array(select distinct customer_id from changed));
  return null;
end $$;
create trigger accounts_added_place after insert on provisioning.accounts
  referencing new table as changed for each statement execute function provisioning.place_owners();

create function provisioning.place_owner() returns trigger language plpgsql as $$
begin
  perform customers.place_customers(array[new.customer_id]);
  return null;
end $$;
create trigger accounts_moved_place after update of router_id, removed_at, customer_id on provisioning.accounts
  for each row
  when ((old.router_id, old.removed_at, old.customer_id) is distinct from (new.router_id, new.removed_at, new.customer_id))
  execute function provisioning.place_owner();

create function routers.place_customers_of_router() returns trigger language plpgsql as $$
begin
  perform customers.place_customers(array(
    select distinct customer_id from provisioning.accounts where router_id = new.id and removed_at is null));
  return null;
end $$;
create trigger routers_moved_place after update of location_id on routers.routers
  for each row when (old.location_id is distinct from new.location_id) execute function routers.place_customers_of_router();

create index accounts_router on provisioning.accounts (router_id, customer_id) where removed_at is null;
