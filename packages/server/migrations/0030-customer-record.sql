-- The customer as the office knows him: a number to say on the phone, tags, where the line is, and what else the provider keeps.

-- An array becomes text the same way always; PostgreSQL promises it only for arrays of any kind.
create function customers.words(list text[]) returns text immutable parallel safe language sql
  return array_to_string(list, ' ');

-- Words as they are sorted and typed: in small letters and without accents, so that "zuk" finds Żukowski, who stands among the Z.
create function customers.plain(words text) returns text immutable strict parallel safe language sql
  return translate(lower(regexp_replace(normalize(words, NFKD), U&'[\0300-\036f]', '', 'g')), 'łđøħŧı', 'ldohti');

create table customers.fields (
  id          uuid primary key,
  name        text not null check (name <> ''),
  kind        text not null check (kind in ('text', 'number', 'day', 'yes_no', 'choice')),
  choices     text[] not null default '{}',
  is_required boolean not null default false,
  position    integer not null,
  created_at  timestamptz not null,
  removed_at  timestamptz,
  revision    integer not null default 1,
  check ((kind = 'choice') = (cardinality(choices) > 0))
);
create unique index fields_name on customers.fields (lower(name)) where removed_at is null;

alter table customers.customers
  add column number          integer not null generated always as identity unique,
  -- As it is dialled from abroad; null where the phone is not understood.
  add column phone_e164      text check (phone_e164 ~ '^\+[1-9][0-9]{6,14}$'),
  -- Its digits in every way that somebody may type them.
  add column phone_words     text not null default '',
  add column billing_address text,
  add column latitude        double precision check (latitude between -90 and 90),
  add column longitude       double precision check (longitude between -180 and 180),
  add column tags            text[] not null default '{}' check (cardinality(tags) <= 30),
  -- By the id of the field; what a removed field held stays for its history.
  add column custom          jsonb not null default '{}' check (jsonb_typeof(custom) = 'object'),
  -- Letter by letter ("C"): the same order in every database, and one index for the order and for the beginning of a name.
  add column sort_name       text collate "C" not null generated always as (customers.plain(name)) stored,
  add constraint position_whole check ((latitude is null) = (longitude is null));

update customers.customers set phone_words = regexp_replace(phone, '\D', '', 'g') where phone is not null;

alter table customers.customers drop column search;
-- Begins with a space and parts words by spaces, so that two typed letters are found at the beginning of a word by the same index.
alter table customers.customers add column search text not null generated always as (
  customers.plain(' ' || name || ' #' || number || ' ' || coalesce(phone, '') || ' ' || phone_words || ' ' || coalesce(email, '') || ' '
    || coalesce(address, '') || ' ' || coalesce(billing_address, '') || ' ' || customers.words(tags) || ' '
    || jsonb_path_query_array(custom, '$.*')::text || ' ' || keywords)
) stored;
-- How common a part of a word is decides between the index and the walk in the order of names: a rough guess costs tenths of a second.
alter table customers.customers alter column search set statistics 1000;
-- A list of late entries would be read as a whole by every search.
create index customers_search on customers.customers using gin (search gin_trgm_ops) with (fastupdate = off) where removed_at is null;
create index customers_tags on customers.customers using gin (tags) with (fastupdate = off) where removed_at is null;
drop index customers.customers_by_name;
create index customers_by_name on customers.customers (sort_name, id) where removed_at is null;
create index customers_removed on customers.customers (sort_name, id) where removed_at is not null;
create index customers_present_number on customers.customers (number) where removed_at is null;

-- A customer is also found by the device or the address that is online now, and by the device that was last seen.
create index sessions_caller on provisioning.sessions (caller_id text_pattern_ops, started_at desc) where caller_id is not null;
create index sessions_live_address on provisioning.sessions (address text_pattern_ops) where ended_at is null;

-- Whose accounts have a plan, without looking at each.
drop index provisioning.accounts_profile;
create index accounts_profile on provisioning.accounts (profile_id, customer_id) where removed_at is null;
