-- The page of all subscriptions goes by id, newest first, and is narrowed by state more than by anything else.
create index subscriptions_status on billing.subscriptions (status, id desc);
