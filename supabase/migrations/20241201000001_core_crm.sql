-- Core schema, part 2 of 4: contacts, opportunities and the events that happen around them.
-- A child refers to its parent by (organization_id, id), so that it cannot point into another organization.

create table if not exists public.contacts (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid        not null,
    full_name       text        not null,
    email           text,
    phone           text,
    company         text,
    notes           text,
    tags            text[]      not null default '{}',
    last_contact_at timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    constraint contacts_pkey primary key (id),
    constraint contacts_organization_id_id_key unique (organization_id, id),
    constraint contacts_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint contacts_full_name_check check (length(btrim(full_name)) between 1 and 300)
);
do $block$ begin
    perform private.require_columns('public.contacts', array[
        'id uuid not null', 'organization_id uuid not null', 'full_name text not null', 'email text', 'phone text',
        'company text', 'notes text', 'tags text[] not null', 'last_contact_at timestamp with time zone',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.contacts is 'People whom an organization does business with.';
comment on column public.contacts.id is 'Identifier of the contact.';
comment on column public.contacts.organization_id is 'The organization it belongs to; never changes.';
comment on column public.contacts.full_name is 'Name of the person.';
comment on column public.contacts.email is 'E-mail address.';
comment on column public.contacts.phone is 'Telephone number, in international form where known.';
comment on column public.contacts.company is 'Company the person works for.';
comment on column public.contacts.notes is 'Free notes of the organization.';
comment on column public.contacts.tags is 'Labels of the organization.';
comment on column public.contacts.last_contact_at is 'When somebody last spoke or wrote with the person; null means never.';
comment on column public.contacts.created_at is 'When the contact was created.';
comment on column public.contacts.updated_at is 'When the row last changed; set by trigger.';
comment on constraint contacts_organization_id_id_key on public.contacts is 'Target of children''s foreign keys, so that they stay within the organization; also the organization index.';
comment on constraint contacts_organization_id_fkey on public.contacts is 'Contacts go with their organization.';
comment on constraint contacts_full_name_check on public.contacts is 'A name is not blank and at most 300 characters long.';

create table if not exists public.opportunities (
    id                  uuid           not null default gen_random_uuid(),
    organization_id     uuid           not null,
    contact_id          uuid,
    title               text           not null,
    stage               text           not null default 'lead',
    value               numeric(14, 2) not null default 0,
    currency            text           not null default 'EUR',
    expected_close_date date,
    closed_at           timestamptz,
    created_at          timestamptz    not null default now(),
    updated_at          timestamptz    not null default now(),
    constraint opportunities_pkey primary key (id),
    constraint opportunities_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint opportunities_contact_of_organization_fkey foreign key (organization_id, contact_id)
        references public.contacts (organization_id, id) on delete set null (contact_id),
    constraint opportunities_title_check check (length(btrim(title)) between 1 and 300),
    constraint opportunities_stage_check check (stage in ('lead', 'qualified', 'proposal', 'negotiation', 'won', 'lost')),
    constraint opportunities_value_check check (value >= 0),
    constraint opportunities_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint opportunities_closed_at_check check ((closed_at is null) = (stage not in ('won', 'lost')))
);
do $block$ begin
    perform private.require_columns('public.opportunities', array[
        'id uuid not null', 'organization_id uuid not null', 'contact_id uuid', 'title text not null',
        'stage text not null', 'value numeric(14,2) not null', 'currency text not null',
        'expected_close_date date', 'closed_at timestamp with time zone',
        'created_at timestamp with time zone not null', 'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.opportunities is 'Sales in progress, and how they ended.';
comment on column public.opportunities.id is 'Identifier of the opportunity.';
comment on column public.opportunities.organization_id is 'The organization it belongs to; never changes.';
comment on column public.opportunities.contact_id is 'The person on the other side, of the same organization; null when unknown or deleted.';
comment on column public.opportunities.title is 'What is to be sold.';
comment on column public.opportunities.stage is 'How far it is; won and lost are the end.';
comment on column public.opportunities.value is 'Expected value in the given currency.';
comment on column public.opportunities.currency is 'ISO 4217 code.';
comment on column public.opportunities.expected_close_date is 'When the decision is expected.';
comment on column public.opportunities.closed_at is 'When it was won or lost; null while it is open.';
comment on column public.opportunities.created_at is 'When the opportunity was created.';
comment on column public.opportunities.updated_at is 'When the row last changed; set by trigger.';
comment on constraint opportunities_organization_id_fkey on public.opportunities is 'Opportunities go with their organization.';
comment on constraint opportunities_contact_of_organization_fkey on public.opportunities is 'The contact belongs to the same organization.';
comment on constraint opportunities_title_check on public.opportunities is 'A title is not blank and at most 300 characters long.';
comment on constraint opportunities_stage_check on public.opportunities is 'The stages of a sale.';
comment on constraint opportunities_value_check on public.opportunities is 'A value is not negative.';
comment on constraint opportunities_currency_check on public.opportunities is 'Three capital letters.';
comment on constraint opportunities_closed_at_check on public.opportunities is 'Exactly the won and lost ones have a closing time.';

create index if not exists idx_opportunities_contact on public.opportunities (organization_id, contact_id);
comment on index public.idx_opportunities_contact is 'Serves: opportunities of a contact; deletion of a contact or an organization.';

create table if not exists public.crm_events (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid        not null,
    contact_id      uuid,
    event_type      text        not null,
    payload         jsonb       not null default '{}',
    occurred_at     timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    constraint crm_events_pkey primary key (id),
    constraint crm_events_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint crm_events_contact_of_organization_fkey foreign key (organization_id, contact_id)
        references public.contacts (organization_id, id) on delete set null (contact_id),
    constraint crm_events_event_type_check check (event_type ~ '^[a-z][a-z0-9_.]{0,99}$')
);
do $block$ begin
    perform private.require_columns('public.crm_events', array[
        'id uuid not null', 'organization_id uuid not null', 'contact_id uuid', 'event_type text not null',
        'payload jsonb not null', 'occurred_at timestamp with time zone not null',
        'created_at timestamp with time zone not null']);
end $block$;
comment on table public.crm_events is 'What happened with contacts: calls, messages, meetings; rows are added and never changed.';
comment on column public.crm_events.id is 'Identifier of the event.';
comment on column public.crm_events.organization_id is 'The organization it belongs to.';
comment on column public.crm_events.contact_id is 'The contact it is about, of the same organization; null when about none.';
comment on column public.crm_events.event_type is 'Kind of event, such as call.finished.';
comment on column public.crm_events.payload is 'What the source of the event tells.';
comment on column public.crm_events.occurred_at is 'When it happened.';
comment on column public.crm_events.created_at is 'When it was recorded.';
comment on constraint crm_events_organization_id_fkey on public.crm_events is 'Events go with their organization.';
comment on constraint crm_events_contact_of_organization_fkey on public.crm_events is 'The contact belongs to the same organization.';
comment on constraint crm_events_event_type_check on public.crm_events is 'Small letters, digits, dots and underscores, beginning with a letter.';

create index if not exists idx_crm_events_contact on public.crm_events (organization_id, contact_id);
comment on index public.idx_crm_events_contact is 'Serves: events of a contact; deletion of a contact or an organization.';

create or replace trigger set_updated_at before update on public.contacts
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.contacts is 'Keeps updated_at true.';
create or replace trigger keep_organization before update of organization_id on public.contacts
    for each row when (old.organization_id is distinct from new.organization_id)
    execute function private.keep_organization();
comment on trigger keep_organization on public.contacts is 'A contact stays with its organization.';
create or replace trigger set_updated_at before update on public.opportunities
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.opportunities is 'Keeps updated_at true.';
create or replace trigger keep_organization before update of organization_id on public.opportunities
    for each row when (old.organization_id is distinct from new.organization_id)
    execute function private.keep_organization();
comment on trigger keep_organization on public.opportunities is 'An opportunity stays with its organization.';

-- Rights --------------------------------------------------------------------------------------------

revoke all on table public.contacts, public.opportunities, public.crm_events
    from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.contacts, public.opportunities to authenticated;
grant select, insert on table public.crm_events to authenticated;
grant select, insert, update, delete on table public.contacts, public.opportunities, public.crm_events to service_role;

alter table public.contacts enable row level security;
alter table public.opportunities enable row level security;
alter table public.crm_events enable row level security;

drop policy if exists contacts_select on public.contacts;
create policy contacts_select on public.contacts for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy contacts_select on public.contacts is 'Every active member reads the organization''s contacts.';

drop policy if exists contacts_insert on public.contacts;
create policy contacts_insert on public.contacts for insert to authenticated
    with check (organization_id = any ((select private.organizations_of_caller('member'))::uuid[]));
comment on policy contacts_insert on public.contacts is 'Members add contacts.';

drop policy if exists contacts_update on public.contacts;
create policy contacts_update on public.contacts for update to authenticated
    using (organization_id = any ((select private.organizations_of_caller('member'))::uuid[]))
    with check (organization_id = any ((select private.organizations_of_caller('member'))::uuid[]));
comment on policy contacts_update on public.contacts is 'Members change contacts.';

drop policy if exists contacts_delete on public.contacts;
create policy contacts_delete on public.contacts for delete to authenticated
    using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));
comment on policy contacts_delete on public.contacts is 'Admins and owners delete contacts.';

drop policy if exists opportunities_select on public.opportunities;
create policy opportunities_select on public.opportunities for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy opportunities_select on public.opportunities is 'Every active member reads the organization''s opportunities.';

drop policy if exists opportunities_insert on public.opportunities;
create policy opportunities_insert on public.opportunities for insert to authenticated
    with check (organization_id = any ((select private.organizations_of_caller('member'))::uuid[]));
comment on policy opportunities_insert on public.opportunities is 'Members add opportunities.';

drop policy if exists opportunities_update on public.opportunities;
create policy opportunities_update on public.opportunities for update to authenticated
    using (organization_id = any ((select private.organizations_of_caller('member'))::uuid[]))
    with check (organization_id = any ((select private.organizations_of_caller('member'))::uuid[]));
comment on policy opportunities_update on public.opportunities is 'Members change opportunities.';

drop policy if exists opportunities_delete on public.opportunities;
create policy opportunities_delete on public.opportunities for delete to authenticated
    using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));
comment on policy opportunities_delete on public.opportunities is 'Admins and owners delete opportunities.';

drop policy if exists crm_events_select on public.crm_events;
create policy crm_events_select on public.crm_events for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller('viewer'))::uuid[]));
comment on policy crm_events_select on public.crm_events is 'Every active member reads the organization''s events.';

drop policy if exists crm_events_insert on public.crm_events;
create policy crm_events_insert on public.crm_events for insert to authenticated
    with check (organization_id = any ((select private.organizations_of_caller('member'))::uuid[]));
comment on policy crm_events_insert on public.crm_events is 'Members record events.';
