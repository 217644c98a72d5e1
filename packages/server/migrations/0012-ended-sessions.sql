-- A reading of a router looks whether a session was ended while it was read.
create index sessions_router_key on provisioning.sessions (router_id, router_key, ended_at);
