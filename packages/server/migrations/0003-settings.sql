create schema settings;

create table settings.provider (
  is_the_only_row       boolean primary key default true check (is_the_only_row),
  provider_name         text not null,
  currency              text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone             text not null,
  country               text not null check (country ~ '^[A-Z]{2}$'),
  invoice_prefix        text not null,
  live_interval_seconds integer not null check (live_interval_seconds between 2 and 300),
  grace_days            integer not null check (grace_days between 0 and 90),
  logo                  bytea,
  logo_type             text,
  revision              integer not null default 1,
  check ((logo is null) = (logo_type is null))
);
insert into settings.provider (provider_name, currency, time_zone, country, invoice_prefix, live_interval_seconds, grace_days)
values ('My provider', 'USD', 'UTC', 'US', 'INV', 5, 0);
