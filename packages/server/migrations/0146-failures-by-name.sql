-- A name that nobody has waits like one that somebody has: its failures are counted here.
create index sign_in_failures_username on auth.sign_in_failures (username, id desc);
