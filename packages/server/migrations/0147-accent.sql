-- The colour of buttons and links on the provider's pages.
alter table settings.provider
  add column accent text not null default 'blue' check (accent in ('blue', 'teal', 'olive', 'plum', 'slate'));
