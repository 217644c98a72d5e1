-- Two kinds of service, with all that a plan may say of each. null: nothing is said, and the router does as it does by itself.
alter table provisioning.profiles
  add column service text not null default 'pppoe' check (service in ('pppoe', 'hotspot')),
  add column burst_down_kbps integer check (burst_down_kbps >= down_kbps),
  add column burst_up_kbps integer check (burst_up_kbps >= up_kbps),
  add column threshold_down_kbps integer check (threshold_down_kbps between 1 and burst_down_kbps),
  add column threshold_up_kbps integer check (threshold_up_kbps between 1 and burst_up_kbps),
  add column burst_down_seconds integer check (burst_down_seconds between 1 and 3600),
  add column burst_up_seconds integer check (burst_up_seconds between 1 and 3600),
  add column priority integer check (priority between 1 and 8),
  add column limit_at_down_kbps integer check (limit_at_down_kbps between 1 and down_kbps),
  add column limit_at_up_kbps integer check (limit_at_up_kbps between 1 and up_kbps),
  add column session_timeout_seconds integer check (session_timeout_seconds > 0),
  add column idle_timeout_seconds integer check (idle_timeout_seconds > 0),
  -- How many may be online with one login at a time; null: as many as want.
  add column shared_users integer check (shared_users between 1 and 1000),
  -- A pool that is on the router, or the addresses for one that we make.
  add column address_pool text,
  add column address_range text,
  -- The router's end of the tunnel.
  add column local_address inet check (family(local_address) = 4 and masklen(local_address) = 32),
  add column address_list text,
  add column dns_servers text,
  add constraint profiles_burst check (
    (burst_down_kbps is not null or (threshold_down_kbps is null and burst_down_seconds is null))
    and (burst_up_kbps is not null or (threshold_up_kbps is null and burst_up_seconds is null))),
  add constraint profiles_one_pool check (address_pool is null or address_range is null),
  -- A PPP profile knows "one session only" and nothing between one and any number.
  add constraint profiles_pppoe check (service <> 'pppoe' or shared_users is null or shared_users = 1),
  add constraint profiles_hotspot check (service <> 'hotspot' or (local_address is null and dns_servers is null)),
  add constraint profiles_id_service unique (id, service);
alter table provisioning.profiles alter column service drop default;

alter table provisioning.accounts
  drop constraint accounts_service_check,
  drop constraint accounts_profile_id_fkey,
  add constraint accounts_service_check check (service in ('pppoe', 'hotspot')),
  -- An account's profile is one of its own kind.
  add constraint accounts_profile foreign key (profile_id, service) references provisioning.profiles (id, service),
  add column static_address inet check (family(static_address) = 4 and masklen(static_address) = 32),
  add column mac_address text check (mac_address ~ '^([0-9A-F]{2}:){5}[0-9A-F]{2}$');
create unique index accounts_static_address on provisioning.accounts (router_id, static_address) where removed_at is null;

alter table provisioning.sessions
  add column service text not null default 'pppoe' check (service in ('pppoe', 'hotspot'));
