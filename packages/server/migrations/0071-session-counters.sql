-- Who is online is read more often than what each carries: a rate is over the time between two readings of the counters.
alter table provisioning.sessions add column counted_at timestamptz;
update provisioning.sessions set counted_at = seen_at where ended_at is null;
