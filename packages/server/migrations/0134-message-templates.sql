-- What a provider wrote himself instead of our standard texts; without a row the standard text goes out.
create table notifications.templates (
  kind       text not null,
  language   text not null,
  subject    text not null check (subject <> '' and subject !~ '[\r\n]' and length(subject) <= 200),
  body       text not null check (body <> '' and length(body) <= 5000),
  changed_at timestamptz not null,
  changed_by text not null,
  revision   integer not null default 1 check (revision > 0),
  primary key (kind, language)
);

-- For customers who chose none, and for what is written to the owner.
alter table settings.provider add column language text not null default 'en' check (language ~ '^[a-z]{2}$');

-- Who was cut for money is told so, and who is back, too.
alter table billing.overdue_policy add column does_mail_cuts boolean not null default true;
create index blocks_overdue_lifted on provisioning.blocks (lifted_at) where reason = 'overdue' and lifted_at is not null;
create index messages_cut on notifications.messages (customer_id, id desc) where kind = 'cut';
