-- Names have 63 bytes: both indexes would have the same.
create table public.notification_preferences (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id),
  channel text not null,
  weekly_digest_enabled boolean not null default true,
  weekly_digest_weekday smallint not null default 1
);
alter table public.notification_preferences enable row level security;
create policy notification_preferences_read on public.notification_preferences for select to authenticated
  using (organization_id in (select private.my_organizations()));
create index idx_notification_preferences_by_organization_and_weekly_digest_enabled -- wrong: EXE-25
  on public.notification_preferences (organization_id, weekly_digest_enabled);
create index idx_notification_preferences_by_organization_and_weekly_digest_weekday -- wrong: EXE-25
  on public.notification_preferences (organization_id, weekly_digest_weekday);
