create extension if not exists pg_trgm;

create schema customers;

create table customers.customers (
  id         uuid primary key,
  name       text not null,
  email      text,
  phone      text,
  address    text,
  notes      text,
  created_at timestamptz not null,
  removed_at timestamptz,
  revision   integer not null default 1,
  search     text not null generated always as (
    lower(name || ' ' || coalesce(phone, '') || ' ' || coalesce(email, '') || ' ' || coalesce(address, ''))
  ) stored
);
create index customers_by_name on customers.customers (lower(name), id) where removed_at is null;
create index customers_search on customers.customers using gin (search gin_trgm_ops);
