-- In which currencies a customer may owe: that of the provider when he came, each that the provider has chosen since, and that of a
-- plan he took. Nothing is charged in any other, whoever writes it (billing.md section 6).
create table customers.currencies (
  customer_id uuid not null references customers.customers on delete cascade,
  currency    text not null check (currency ~ '^[A-Z]{3}$'),
  primary key (customer_id, currency)
);

insert into customers.currencies
select customer.id, provider.currency from customers.customers customer, settings.provider provider
union select customer_id, currency from billing.subscriptions
union select customer_id, currency from billing.invoices;

-- Shared with whoever else comes; who changes the currency waits for them, and they for him, so that no customer is between the two.
create function customers.take_currency() returns trigger language plpgsql as $$
begin
  insert into customers.currencies
    select added.id, provider.currency from added, (select currency from settings.provider for share) provider;
  return null;
end $$;
create trigger take_currency after insert on customers.customers
  referencing new table as added for each statement execute function customers.take_currency();

create function customers.take_new_currency() returns trigger language plpgsql as $$
begin
  insert into customers.currencies select id, new.currency from customers.customers on conflict do nothing;
  return null;
end $$;
create trigger take_new_currency after update of currency on settings.provider
  for each row when (new.currency <> old.currency) execute function customers.take_new_currency();

-- In place of the keys to the customer alone: half of what a run costs is foreign keys. A credit note is held by that to its invoice.
alter table billing.invoices
  drop constraint invoices_customer_id_fkey,
  add constraint invoices_customer_currency foreign key (customer_id, currency) references customers.currencies;
alter table billing.subscriptions
  drop constraint subscriptions_customer_id_fkey,
  add constraint subscriptions_customer_currency foreign key (customer_id, currency) references customers.currencies;
