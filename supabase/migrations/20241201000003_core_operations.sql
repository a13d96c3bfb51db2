-- Core schema, part 4 of 4: notifications, rate limits and the audit log, all written by the service.

create table if not exists public.notifications (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid        not null,
    user_id         uuid        not null,
    channel         text        not null default 'in_app',
    title           text        not null,
    body            text,
    status          text        not null default 'pending',
    scheduled_at    timestamptz not null default now(),
    sent_at         timestamptz,
    read_at         timestamptz,
    created_at      timestamptz not null default now(),
    constraint notifications_pkey primary key (id),
    constraint notifications_member_of_organization_fkey foreign key (organization_id, user_id)
        references public.organization_members (organization_id, user_id) on delete cascade,
    constraint notifications_channel_check check (channel in ('in_app', 'email', 'sms', 'push')),
    constraint notifications_status_check check (status in ('pending', 'sent', 'failed'))
);
do $block$ begin
    perform private.require_columns('public.notifications', array[
        'id uuid not null', 'organization_id uuid not null', 'user_id uuid not null', 'channel text not null',
        'title text not null', 'body text', 'status text not null', 'scheduled_at timestamp with time zone not null',
        'sent_at timestamp with time zone', 'read_at timestamp with time zone',
        'created_at timestamp with time zone not null']);
end $block$;
comment on table public.notifications is 'Messages to members; a dispatcher of the service sends the pending ones.';
comment on column public.notifications.id is 'Identifier of the notification.';
comment on column public.notifications.organization_id is 'The organization in whose context it is sent.';
comment on column public.notifications.user_id is 'Who receives it; a member of the organization.';
comment on column public.notifications.channel is 'How it is delivered.';
comment on column public.notifications.title is 'First line.';
comment on column public.notifications.body is 'The rest of the message.';
comment on column public.notifications.status is 'pending until the dispatcher has sent it or given up.';
comment on column public.notifications.scheduled_at is 'Not to be sent before.';
comment on column public.notifications.sent_at is 'When it was sent.';
comment on column public.notifications.read_at is 'When its receiver read it.';
comment on column public.notifications.created_at is 'When it was created.';
comment on constraint notifications_member_of_organization_fkey on public.notifications is 'The receiver is a member of the organization; leaving it takes the notifications along.';
comment on constraint notifications_channel_check on public.notifications is 'The channels.';
comment on constraint notifications_status_check on public.notifications is 'The states of a notification.';

create index if not exists idx_notifications_receiver on public.notifications (organization_id, user_id, created_at desc);
comment on index public.idx_notifications_receiver is 'Serves: a member''s notifications, newest first; end of a membership.';

create table if not exists public.api_rate_limits (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid        not null,
    endpoint        text        not null,
    window_start    timestamptz not null,
    request_count   integer     not null default 1,
    constraint api_rate_limits_pkey primary key (id),
    constraint api_rate_limits_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint api_rate_limits_request_count_check check (request_count > 0)
);
do $block$ begin
    perform private.require_columns('public.api_rate_limits', array[
        'id uuid not null', 'organization_id uuid not null', 'endpoint text not null',
        'window_start timestamp with time zone not null', 'request_count integer not null']);
end $block$;
comment on table public.api_rate_limits is
    'Requests counted per organization, endpoint and window; each server adds rows of its own, so that servers do not wait for each other, and a reader sums them.';
comment on column public.api_rate_limits.id is 'Identifier of the count.';
comment on column public.api_rate_limits.organization_id is 'The organization that made the requests.';
comment on column public.api_rate_limits.endpoint is 'Which part of the API was called.';
comment on column public.api_rate_limits.window_start is 'Beginning of the counted window.';
comment on column public.api_rate_limits.request_count is 'How many requests one server counted.';
comment on constraint api_rate_limits_organization_id_fkey on public.api_rate_limits is 'Counts go with their organization.';
comment on constraint api_rate_limits_request_count_check on public.api_rate_limits is 'A count is positive.';

create table if not exists public.audit_logs (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid        not null,
    actor_id        uuid,
    action          text        not null,
    entity_type     text        not null,
    entity_id       uuid,
    details         jsonb       not null default '{}',
    created_at      timestamptz not null default now(),
    constraint audit_logs_pkey primary key (id),
    constraint audit_logs_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint audit_logs_actor_id_fkey foreign key (actor_id)
        references auth.users (id) on delete set null,
    constraint audit_logs_action_check check (action ~ '^[a-z][a-z0-9_.]{0,99}$')
);
do $block$ begin
    perform private.require_columns('public.audit_logs', array[
        'id uuid not null', 'organization_id uuid not null', 'actor_id uuid', 'action text not null',
        'entity_type text not null', 'entity_id uuid', 'details jsonb not null',
        'created_at timestamp with time zone not null']);
end $block$;
comment on table public.audit_logs is 'Who did what in an organization; rows are added and never changed by clients.';
comment on column public.audit_logs.id is 'Identifier of the entry.';
comment on column public.audit_logs.organization_id is 'The organization it happened in.';
comment on column public.audit_logs.actor_id is 'Who did it; null when the service did or the user was deleted.';
comment on column public.audit_logs.action is 'What was done, such as contact.deleted.';
comment on column public.audit_logs.entity_type is 'Kind of thing it was done to.';
comment on column public.audit_logs.entity_id is 'Identifier of that thing.';
comment on column public.audit_logs.details is 'What else is worth knowing; no secrets.';
comment on column public.audit_logs.created_at is 'When it happened.';
comment on constraint audit_logs_organization_id_fkey on public.audit_logs is 'The log goes with its organization.';
comment on constraint audit_logs_actor_id_fkey on public.audit_logs is 'An entry outlives the user who acted.';
comment on constraint audit_logs_action_check on public.audit_logs is 'Small letters, digits, dots and underscores, beginning with a letter.';

-- Rights --------------------------------------------------------------------------------------------

revoke all on table public.notifications, public.api_rate_limits, public.audit_logs
    from public, anon, authenticated, service_role;
grant select, update (read_at) on table public.notifications to authenticated;
grant select on table public.api_rate_limits to authenticated;
grant select on table public.audit_logs to authenticated;
grant select, insert, update, delete on table public.notifications, public.api_rate_limits to service_role;
grant select, insert on table public.audit_logs to service_role;

alter table public.notifications enable row level security;
alter table public.api_rate_limits enable row level security;
alter table public.audit_logs enable row level security;

drop policy if exists notifications_select on public.notifications;
create policy notifications_select on public.notifications for select to authenticated
    using (user_id = (select auth.uid())
           and organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy notifications_select on public.notifications is 'Active members read what was sent to them.';

drop policy if exists notifications_update on public.notifications;
create policy notifications_update on public.notifications for update to authenticated
    using (user_id = (select auth.uid())
           and organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]))
    with check (user_id = (select auth.uid())
           and organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy notifications_update on public.notifications is 'Active members mark their own notifications as read (the column grant allows nothing else).';

drop policy if exists api_rate_limits_select on public.api_rate_limits;
create policy api_rate_limits_select on public.api_rate_limits for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));
comment on policy api_rate_limits_select on public.api_rate_limits is 'Admins and owners see what their organization uses.';

drop policy if exists audit_logs_select on public.audit_logs;
create policy audit_logs_select on public.audit_logs for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('admin'))::uuid[]));
comment on policy audit_logs_select on public.audit_logs is 'Admins and owners read their organization''s audit log; super administrators read all.';
