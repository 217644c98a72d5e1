-- A bulk act that a program asked for ends with its key, and a file is read with the places of who sent it.
alter table bulk.jobs
  -- With whose lent rights it is done; null: a person asked.
  add column key_id uuid references auth.api_keys,
  -- To what who sent a file was limited then; null: to nothing.
  add column location_ids uuid[] check (location_ids is null or (kind = 'import' and cardinality(location_ids) > 0));

update bulk.jobs job set key_id = (
  select id from auth.api_keys key where key.staff_id = job.staff_id and key.name = job.via order by created_at desc limit 1)
where ended_at is null and via is not null;
