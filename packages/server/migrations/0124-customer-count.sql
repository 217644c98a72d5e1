-- How many customers there are stands on the first page, and counting a hundred thousand takes longer than all else on it.
-- So the number is kept. Each transaction adds to a row that no other holds, and makes one where all are held: nobody waits for
-- anybody, and there are as many rows as there ever were writers at once. The number is their sum.
create table customers.present_counts (
  slot  integer generated always as identity primary key,
  count bigint not null
);

create function customers.count_present(change bigint) returns void language plpgsql as $$
begin
  if change = 0 then return; end if;
  update customers.present_counts set count = count + change
  where slot = (select slot from customers.present_counts order by slot limit 1 for update skip locked);
  if not found then insert into customers.present_counts (count) values (change); end if;
end $$;

create function customers.count_inserted() returns trigger language plpgsql as $$
begin
  perform customers.count_present((select count(*) from inserted where removed_at is null));
  return null;
end $$;

create function customers.count_deleted() returns trigger language plpgsql as $$
begin
  perform customers.count_present(-(select count(*) from deleted where removed_at is null));
  return null;
end $$;

create function customers.count_removed() returns trigger language plpgsql as $$
begin
  perform customers.count_present(case when new.removed_at is null then 1 else -1 end);
  return null;
end $$;

create trigger count_inserted after insert on customers.customers
  referencing new table as inserted for each statement execute function customers.count_inserted();
create trigger count_deleted after delete on customers.customers
  referencing old table as deleted for each statement execute function customers.count_deleted();
create trigger count_removed after update of removed_at on customers.customers
  for each row when ((old.removed_at is null) <> (new.removed_at is null)) execute function customers.count_removed();

insert into customers.present_counts (count) select count(*) from customers.customers where removed_at is null;
