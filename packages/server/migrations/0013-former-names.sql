-- Other names that the router may still have a session under, besides the applied one: a session has nothing but its name to be
-- found by, so a name is forgotten only once the account was seen as wanted, and no session of it.
alter table provisioning.accounts
  add column former_names text[] not null default '{}' check (cardinality(former_names) <= 20);
