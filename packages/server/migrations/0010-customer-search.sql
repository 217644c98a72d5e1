-- One column to search a customer by, also by the names of his accounts: a condition over two tables could use no index
-- in the order of the list. The rooms above write what they know into `keywords`, through the customers' door.
alter table customers.customers drop column search;
alter table customers.customers add column keywords text not null default '';
alter table customers.customers add column search text not null generated always as (
  lower(name || ' ' || coalesce(phone, '') || ' ' || coalesce(email, '') || ' ' || coalesce(address, '') || ' ' || keywords)
) stored;
create index customers_search on customers.customers using gin (search gin_trgm_ops);

update customers.customers customer set keywords = account.names
from (select customer_id, string_agg(name, ' ' order by id) as names from provisioning.accounts where removed_at is null group by customer_id) account
where account.customer_id = customer.id;

drop index provisioning.accounts_name_search;

-- The planner knows how many rows have a null, and nothing about how often two columns differ.
drop index provisioning.accounts_unsettled;
create index accounts_pending on provisioning.accounts (router_id) where pending_since is not null;
create index accounts_pending_order on provisioning.accounts (pending_since, id) where pending_since is not null;
