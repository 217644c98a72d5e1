-- Where blocked subscribers may go nevertheless (payment page, portal), and the page that the rest of their web leads to.
-- Our program does not write firewall rules: the rules to paste are made of these.
alter table provisioning.blocked_access
  add column allowed_places text[] not null default '{}' check (cardinality(allowed_places) <= 50),
  add column page_address   inet check (family(page_address) = 4 and masklen(page_address) = 32);
