-- Security hardening: an audit log that can be searched and not rewritten, security events, what is
-- personal or secret and where it is, erasure of a user's data, rate limiting, and closed defaults.
--
-- Inventory: tables security_events, data_classifications, data_erasures; columns audit_logs.source_ip and
-- .user_agent; views security_events_overview, data_classification_overview; functions search_audit_logs,
-- record_security_event, check_rate_limit, erase_my_data, erase_user_data, security_posture,
-- private.write_audit_log, private.keep_record, private.without_identifiers, private.erase_user;
-- 3 policies, 6 indexes, 7 triggers; default privileges of public.
--
-- Identity comes from the token or from the database role, never from an argument: an argument only says
-- whose data is meant.

-- Audit log: columns and indexes --------------------------------------------------------------------

alter table public.audit_logs
    add column if not exists source_ip inet,
    add column if not exists user_agent text;
do $block$ begin
    perform private.require_columns('public.audit_logs', array[
        'id uuid not null', 'organization_id uuid not null', 'actor_id uuid', 'action text not null',
        'entity_type text not null', 'entity_id uuid', 'details jsonb not null',
        'created_at timestamp with time zone not null', 'source_ip inet', 'user_agent text']);
end $block$;
comment on column public.audit_logs.source_ip is 'Address that the request came from; null when the database itself noted the change.';
comment on column public.audit_logs.user_agent is 'Program that made the request, as it calls itself.';

create index if not exists idx_audit_logs_organization_time on public.audit_logs (organization_id, created_at desc);
comment on index public.idx_audit_logs_organization_time is 'Serves: an organization''s audit log, newest first; deletion of an organization.';
create index if not exists idx_audit_logs_actor on public.audit_logs (actor_id) where actor_id is not null;
comment on index public.idx_audit_logs_actor is 'Serves: deletion or erasure of a user.';
-- The action twice: "contact.deleted" is one word to the parser, and its parts must be found as well.
-- Details beyond half a megabyte are left out: a text search vector ends at one, and an entry that cannot
-- be indexed could not be written either. The organization is a word of its own, so that the words are
-- looked up within it and not in every organization.
create index if not exists idx_audit_logs_search on public.audit_logs using gin ((
    array_to_tsvector(array[organization_id::text])
    || to_tsvector('simple', action || ' ' || translate(action, '._', '  ') || ' ' || entity_type)
    || jsonb_to_tsvector('simple', case when octet_length(details::text) < 500000 then details else '{}' end, '["string", "numeric"]')));
comment on index public.idx_audit_logs_search is 'Serves: full-text search, through search_audit_logs only: under row-level security it would never be used, because @@ is not leakproof.';

-- Audit log: search ---------------------------------------------------------------------------------

create or replace function public.search_audit_logs(
    p_query text,
    p_organization_id uuid default null,
    p_limit integer default 50,
    p_before timestamptz default null
)
returns setof public.audit_logs
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    words constant tsquery := pg_catalog.websearch_to_tsquery('simple', coalesce(p_query, ''));
    wanted constant tsquery := case when p_organization_id is null then words
                               else quote_literal(p_organization_id)::tsquery && words end;
begin
    if p_organization_id is null then
        if not (private.caller_is_service() or private.caller_is_super_admin()) then
            raise exception 'name the organization whose audit log is to be searched' using errcode = 'insufficient_privilege';
        end if;
    elsif not (private.caller_is_service()
               or private.caller_is_super_admin()
               or p_organization_id = any (private.organizations_of_caller('admin'))) then
        -- The same words for an organization that is not there and one that is not the caller's.
        raise exception 'there is no organization % whose audit log you may read', p_organization_id
            using errcode = 'insufficient_privilege';
    end if;
    if numnode(words) = 0 then
        raise exception 'there is nothing to search for' using errcode = 'invalid_parameter_value';
    end if;
    return query
    select a.*
      from public.audit_logs a
     where (p_organization_id is null or a.organization_id = p_organization_id)
       and (p_before is null or a.created_at < p_before)
       and (array_to_tsvector(array[a.organization_id::text])
            || to_tsvector('simple', a.action || ' ' || translate(a.action, '._', '  ') || ' ' || a.entity_type)
            || jsonb_to_tsvector('simple', case when octet_length(a.details::text) < 500000 then a.details else '{}' end, '["string", "numeric"]')) @@ wanted
     order by a.created_at desc, a.id
     limit least(greatest(coalesce(p_limit, 50), 1), 500);
end
$function$;
comment on function public.search_audit_logs(text, uuid, integer, timestamptz) is
    'Entries of an organization''s audit log that match a web-style query, newest first, at most 500; for its admins and owners. Super administrators and the service may search all organizations at once.';
revoke all on function public.search_audit_logs(text, uuid, integer, timestamptz) from public, anon, authenticated, service_role;
grant execute on function public.search_audit_logs(text, uuid, integer, timestamptz) to authenticated, service_role;

-- Audit log: what the database notes by itself ------------------------------------------------------

create or replace function private.write_audit_log()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    entity constant text := tg_argv[0];
    identifier constant text := tg_argv[1];
    before jsonb;
    after jsonb;
begin
    if tg_op <> 'INSERT' then
        before := to_jsonb(old);
    end if;
    if tg_op <> 'DELETE' then
        after := to_jsonb(new);
    end if;
    -- When a whole organization is deleted, its log goes too and there is nothing to write into.
    insert into public.audit_logs (organization_id, actor_id, action, entity_type, entity_id, details)
    select o.id,
           (select u.id from auth.users u where u.id = auth.uid()),
           entity || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.updated' else '.deleted' end,
           entity,
           (coalesce(after, before) ->> identifier)::uuid,
           jsonb_strip_nulls(jsonb_build_object(
               'before', (select jsonb_object_agg(c.name, before -> c.name) from unnest(tg_argv[2:]) as c (name) where before is not null),
               'after', (select jsonb_object_agg(c.name, after -> c.name) from unnest(tg_argv[2:]) as c (name) where after is not null)))
      from public.organizations o
     where o.id = (coalesce(after, before) ->> 'organization_id')::uuid;
    return null;
end
$function$;
comment on function private.write_audit_log() is
    'Trigger (entity, column with its identifier, columns whose values are noted …): adds an audit entry; columns that are not named are never copied.';
revoke all on function private.write_audit_log() from public, anon, authenticated, service_role;

create or replace trigger write_audit_log after insert or delete on public.organization_members
    for each row execute function private.write_audit_log('organization_member', 'user_id', 'role', 'status');
comment on trigger write_audit_log on public.organization_members is 'Notes who joined and who left.';
create or replace trigger write_audit_log_on_update after update on public.organization_members
    for each row when (old.role is distinct from new.role or old.status is distinct from new.status)
    execute function private.write_audit_log('organization_member', 'user_id', 'role', 'status');
comment on trigger write_audit_log_on_update on public.organization_members is 'Notes changes of role and status.';
create or replace trigger write_audit_log after insert or delete on public.integrations
    for each row execute function private.write_audit_log('integration', 'id', 'integration_type', 'is_active');
comment on trigger write_audit_log on public.integrations is 'Notes which integrations were added and removed.';
-- Status, errors and times of synchronisation change all the time and are no decision of anybody.
create or replace trigger write_audit_log_on_update after update on public.integrations
    for each row when (old.is_active is distinct from new.is_active
                       or old.integration_type is distinct from new.integration_type
                       or old.configuration is distinct from new.configuration)
    execute function private.write_audit_log('integration', 'id', 'integration_type', 'is_active');
comment on trigger write_audit_log_on_update on public.integrations is 'Notes that an integration was switched or configured; the settings themselves are not copied.';

-- Security events -----------------------------------------------------------------------------------

create table if not exists public.security_events (
    id              uuid        not null default gen_random_uuid(),
    organization_id uuid,
    user_id         uuid,
    event_type      text        not null,
    severity        text        not null default 'info',
    source_ip       inet,
    user_agent      text,
    details         jsonb       not null default '{}',
    occurred_at     timestamptz not null default now(),
    constraint security_events_pkey primary key (id),
    constraint security_events_organization_id_fkey foreign key (organization_id)
        references public.organizations (id) on delete cascade,
    constraint security_events_user_id_fkey foreign key (user_id)
        references auth.users (id) on delete set null,
    constraint security_events_event_type_check check (event_type ~ '^[a-z][a-z0-9_.]{0,99}$'),
    constraint security_events_severity_check check (severity in ('info', 'warning', 'critical')),
    constraint security_events_details_check check (jsonb_typeof(details) = 'object')
);
do $block$ begin
    perform private.require_columns('public.security_events', array[
        'id uuid not null', 'organization_id uuid', 'user_id uuid', 'event_type text not null',
        'severity text not null', 'source_ip inet', 'user_agent text', 'details jsonb not null',
        'occurred_at timestamp with time zone not null']);
end $block$;
comment on table public.security_events is 'What may be an attack or a mistake: refused sign-ins, exceeded limits, denied rights; the service adds rows and nobody changes them.';
comment on column public.security_events.id is 'Identifier of the event.';
comment on column public.security_events.organization_id is 'The organization it concerns; null for the whole system.';
comment on column public.security_events.user_id is 'The user it concerns; null when unknown or deleted.';
comment on column public.security_events.event_type is 'What happened, such as sign_in.refused.';
comment on column public.security_events.severity is 'How much attention it needs.';
comment on column public.security_events.source_ip is 'Address that the request came from.';
comment on column public.security_events.user_agent is 'Program that made the request, as it calls itself.';
comment on column public.security_events.details is 'What else is worth knowing; no secrets.';
comment on column public.security_events.occurred_at is 'When it happened.';
comment on constraint security_events_organization_id_fkey on public.security_events is 'Events go with their organization.';
comment on constraint security_events_user_id_fkey on public.security_events is 'An event outlives the account it concerns.';
comment on constraint security_events_event_type_check on public.security_events is 'Small letters, digits, dots and underscores, beginning with a letter.';
comment on constraint security_events_severity_check on public.security_events is 'The three urgencies.';
comment on constraint security_events_details_check on public.security_events is 'Details are a JSON object.';

create index if not exists idx_security_events_organization on public.security_events (organization_id, occurred_at desc);
comment on index public.idx_security_events_organization is 'Serves: events of an organization or the system, newest first; deletion of an organization.';
create index if not exists idx_security_events_user on public.security_events (user_id) where user_id is not null;
comment on index public.idx_security_events_user is 'Serves: deletion or erasure of a user.';

create or replace function public.record_security_event(
    p_event_type text,
    p_severity text default 'info',
    p_organization_id uuid default null,
    p_user_id uuid default null,
    p_source_ip inet default null,
    p_user_agent text default null,
    p_details jsonb default '{}'
)
returns uuid
language sql
set search_path = pg_catalog, pg_temp
as $function$
    insert into public.security_events (event_type, severity, organization_id, user_id, source_ip, user_agent, details)
    values (p_event_type, p_severity, p_organization_id, p_user_id, p_source_ip, p_user_agent, p_details)
    returning id
$function$;
comment on function public.record_security_event(text, text, uuid, uuid, inet, text, jsonb) is
    'Adds one security event, about the whole system when no organization is given, and returns its id. For the service.';
revoke all on function public.record_security_event(text, text, uuid, uuid, inet, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.record_security_event(text, text, uuid, uuid, inet, text, jsonb) to service_role;

-- Records are not rewritten -------------------------------------------------------------------------

create or replace function private.keep_record()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    rewritten text;
begin
    select string_agg(n.key, ', ' order by n.key)
      into rewritten
      from jsonb_each(to_jsonb(new)) as n
     where n.value is distinct from to_jsonb(old) -> n.key
       and n.key <> 'details'
       and not (n.key = any (tg_argv) and n.value = 'null');
    if rewritten is not null then
        raise exception 'a row of %.% is a record: % cannot be changed', tg_table_schema, tg_table_name, rewritten
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$function$;
comment on function private.keep_record() is
    'Trigger (columns that may be emptied …): refuses to rewrite a record, whoever tries; what names a person may be removed.';
revoke all on function private.keep_record() from public, anon, authenticated, service_role;

create or replace trigger keep_record before update on public.audit_logs
    for each row execute function private.keep_record('actor_id', 'entity_id', 'source_ip', 'user_agent');
comment on trigger keep_record on public.audit_logs is 'Entries are not rewritten; an erased person is taken out of them.';
create or replace trigger keep_record before update on public.security_events
    for each row execute function private.keep_record('user_id', 'source_ip', 'user_agent');
comment on trigger keep_record on public.security_events is 'Events are not rewritten; an erased person is taken out of them.';

-- Data classification -------------------------------------------------------------------------------

create table if not exists public.data_classifications (
    schema_name text        not null,
    table_name  text        not null,
    column_name text        not null default '*',
    class       text        not null,
    on_erasure  text        not null default 'keep',
    reason      text        not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    constraint data_classifications_pkey primary key (schema_name, table_name, column_name),
    constraint data_classifications_class_check check (class in ('public', 'internal', 'confidential', 'personal', 'secret')),
    constraint data_classifications_on_erasure_check check (on_erasure in ('keep', 'clear', 'delete'))
);
do $block$ begin
    perform private.require_columns('public.data_classifications', array[
        'schema_name text not null', 'table_name text not null', 'column_name text not null', 'class text not null',
        'on_erasure text not null', 'reason text not null', 'created_at timestamp with time zone not null',
        'updated_at timestamp with time zone not null']);
end $block$;
comment on table public.data_classifications is 'Which table or column holds which class of data, and what the erasure of a user does with it.';
comment on column public.data_classifications.schema_name is 'Schema of the table.';
comment on column public.data_classifications.table_name is 'The table.';
comment on column public.data_classifications.column_name is 'The column; * for every column that has no row of its own.';
comment on column public.data_classifications.class is 'public, internal (of the operator), confidential (of a tenant), personal (of a person), secret (nobody reads it).';
comment on column public.data_classifications.on_erasure is 'What erase_my_data and erase_user_data do where the person is concerned: keep, clear the value, or delete the row.';
comment on column public.data_classifications.reason is 'Why.';
comment on column public.data_classifications.created_at is 'When it was classified.';
comment on column public.data_classifications.updated_at is 'When the row last changed; set by trigger.';
comment on constraint data_classifications_class_check on public.data_classifications is 'The five classes.';
comment on constraint data_classifications_on_erasure_check on public.data_classifications is 'The three ways.';

create or replace trigger set_updated_at before update on public.data_classifications
    for each row execute function private.set_updated_at();
comment on trigger set_updated_at on public.data_classifications is 'Keeps updated_at true.';

insert into public.data_classifications (schema_name, table_name, column_name, class, on_erasure, reason) values
    ('public', 'organizations', '*', 'confidential', 'keep', 'Who the customers are.'),
    ('public', 'organization_members', '*', 'personal', 'delete', 'Ties a person to an organization.'),
    ('public', 'profiles', '*', 'personal', 'delete', 'What a person tells about themselves.'),
    ('public', 'contacts', '*', 'personal', 'keep', 'People of the organization''s own business, which decides about them itself.'),
    ('public', 'opportunities', '*', 'confidential', 'keep', 'The organization''s business.'),
    ('public', 'crm_events', '*', 'confidential', 'keep', 'The organization''s business.'),
    ('public', 'crm_events', 'payload', 'personal', 'keep', 'May quote messages of the organization''s contacts.'),
    ('public', 'workflow_definitions', '*', 'confidential', 'keep', 'How the organization works.'),
    ('public', 'workflow_execution_logs', '*', 'confidential', 'keep', 'How the organization works.'),
    ('public', 'automation_requests', '*', 'confidential', 'keep', 'How the organization works.'),
    ('public', 'automation_requests', 'requested_by', 'personal', 'clear', 'Names a person.'),
    ('public', 'agent_executions', '*', 'confidential', 'keep', 'How the organization works.'),
    ('public', 'notifications', '*', 'personal', 'delete', 'Messages to a person.'),
    ('public', 'api_rate_limits', '*', 'internal', 'keep', 'Counts of requests.'),
    ('public', 'audit_logs', '*', 'confidential', 'keep', 'What happened in the organization.'),
    ('public', 'audit_logs', 'actor_id', 'personal', 'clear', 'Names a person.'),
    ('public', 'audit_logs', 'entity_id', 'personal', 'clear', 'Names a person where the thing is a membership.'),
    ('public', 'audit_logs', 'details', 'personal', 'clear', 'May hold addresses and identifiers of persons.'),
    ('public', 'audit_logs', 'source_ip', 'personal', 'clear', 'An address is personal data.'),
    ('public', 'audit_logs', 'user_agent', 'personal', 'clear', 'Helps to recognise a person.'),
    ('public', 'security_events', '*', 'confidential', 'keep', 'What may have been an attack.'),
    ('public', 'security_events', 'user_id', 'personal', 'clear', 'Names a person.'),
    ('public', 'security_events', 'details', 'personal', 'clear', 'May hold addresses and identifiers of persons.'),
    ('public', 'security_events', 'source_ip', 'personal', 'clear', 'An address is personal data.'),
    ('public', 'security_events', 'user_agent', 'personal', 'clear', 'Helps to recognise a person.'),
    ('public', 'integration_types', '*', 'public', 'keep', 'The same for everybody.'),
    ('public', 'integrations', '*', 'confidential', 'keep', 'Which services the organization uses, and how.'),
    ('private', 'integration_credentials', '*', 'secret', 'keep', 'Sealed secrets; belong to the organization, not to a person.'),
    ('public', 'system_health_metrics', '*', 'internal', 'keep', 'Measurements without persons.'),
    ('public', 'system_health_checks', '*', 'internal', 'keep', 'Results without persons.'),
    ('public', 'system_alert_rules', '*', 'internal', 'keep', 'Settings without persons.'),
    ('public', 'system_alert_history', '*', 'internal', 'keep', 'Alerts.'),
    ('public', 'system_alert_history', 'acknowledged_by', 'personal', 'clear', 'Names a person.'),
    ('public', 'system_alert_history', 'resolved_by', 'personal', 'clear', 'Names a person.'),
    ('public', 'data_classifications', '*', 'internal', 'keep', 'About tables, not about persons.'),
    ('public', 'data_erasures', '*', 'internal', 'keep', 'Proof of an erasure; names nobody but who performed it.'),
    ('public', 'data_erasures', 'performed_by', 'personal', 'clear', 'Names a person.')
on conflict (schema_name, table_name, column_name) do nothing;

do $block$ begin
    if not private.view_can_be_replaced('public.data_classification_overview', array[
        'schema_name text', 'table_name text', 'column_name text', 'class text', 'on_erasure text', 'reason text']) then
        drop view public.data_classification_overview;
    end if;
end $block$;
create or replace view public.data_classification_overview with (security_invoker = true) as
select n.nspname::text as schema_name, c.relname::text as table_name, a.attname::text as column_name,
       coalesce(own.class, rest.class) as class,
       coalesce(own.on_erasure, rest.on_erasure) as on_erasure,
       coalesce(own.reason, rest.reason) as reason
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join public.data_classifications own
    on own.schema_name = n.nspname and own.table_name = c.relname and own.column_name = a.attname
  left join public.data_classifications rest
    on rest.schema_name = n.nspname and rest.table_name = c.relname and rest.column_name = '*'
 where c.relkind in ('r', 'p')
   and not c.relispartition -- what the whole has is its class, too
   and n.nspname in ('public', 'private')
   and not exists (select from pg_catalog.pg_depend d
                    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e');
comment on view public.data_classification_overview is 'Every column of every table with its class; a column without one has not been classified yet. For the service.';
comment on column public.data_classification_overview.schema_name is 'Schema of the table.';
comment on column public.data_classification_overview.table_name is 'The table.';
comment on column public.data_classification_overview.column_name is 'The column.';
comment on column public.data_classification_overview.class is 'Its class; null when nobody has decided.';
comment on column public.data_classification_overview.on_erasure is 'What the erasure of a user does with it.';
comment on column public.data_classification_overview.reason is 'Why.';

-- Erasure -------------------------------------------------------------------------------------------

create table if not exists public.data_erasures (
    id              uuid        not null default gen_random_uuid(),
    subject_digest  text        not null,
    requested_by    text        not null,
    performed_by    uuid,
    reason          text        not null default '',
    removed         jsonb       not null default '{}',
    account_deleted boolean     not null,
    erased_at       timestamptz not null default now(),
    constraint data_erasures_pkey primary key (id),
    constraint data_erasures_performed_by_fkey foreign key (performed_by)
        references auth.users (id) on delete set null,
    constraint data_erasures_subject_digest_check check (subject_digest ~ '^[0-9a-f]{64}$'),
    constraint data_erasures_requested_by_check check (requested_by in ('user', 'super_admin', 'service')),
    constraint data_erasures_reason_check check (length(reason) <= 2000)
);
do $block$ begin
    perform private.require_columns('public.data_erasures', array[
        'id uuid not null', 'subject_digest text not null', 'requested_by text not null', 'performed_by uuid',
        'reason text not null', 'removed jsonb not null', 'account_deleted boolean not null',
        'erased_at timestamp with time zone not null']);
end $block$;
comment on table public.data_erasures is 'Which erasures were done, as proof, without naming whose: only somebody who knows the identifier can find the row.';
comment on column public.data_erasures.id is 'Identifier of the erasure.';
comment on column public.data_erasures.subject_digest is 'SHA-256 of the erased user''s identifier, in hexadecimal.';
comment on column public.data_erasures.requested_by is 'Whether the user, a super administrator or the service asked.';
comment on column public.data_erasures.performed_by is 'The super administrator; null for the others and when that account was deleted.';
comment on column public.data_erasures.reason is 'Why, in the words of whoever asked.';
comment on column public.data_erasures.removed is 'How many rows of each table were deleted or cleared.';
comment on column public.data_erasures.account_deleted is 'Whether the account for signing in was deleted too; if not, the Auth administration interface must do it.';
comment on column public.data_erasures.erased_at is 'When it was done.';
comment on constraint data_erasures_performed_by_fkey on public.data_erasures is 'The proof outlives the account of who performed it.';
comment on constraint data_erasures_subject_digest_check on public.data_erasures is 'A SHA-256 digest in hexadecimal.';
comment on constraint data_erasures_requested_by_check on public.data_erasures is 'The three kinds of caller.';
comment on constraint data_erasures_reason_check on public.data_erasures is 'At most 2000 characters.';

create index if not exists idx_data_erasures_performed_by on public.data_erasures (performed_by) where performed_by is not null;
comment on index public.idx_data_erasures_performed_by is 'Serves: deletion or erasure of a user.';

create or replace function private.without_identifiers(document jsonb, identifiers text[])
returns jsonb
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $function$
declare
    identifier text;
    result text := document::text;
begin
    foreach identifier in array identifiers loop
        -- As it is written within a JSON string, and not as a part of a longer address or number.
        result := regexp_replace(
            result,
            '(?<![[:alnum:]._%+-])'
                || regexp_replace(btrim(to_jsonb(identifier)::text, '"'), '([^[:alnum:]])', '\\\1', 'g')
                || '(?![[:alnum:]-]|\.[[:alnum:]])',
            '[erased]', 'gi');
    end loop;
    return result::jsonb;
end
$function$;
comment on function private.without_identifiers(jsonb, text[]) is
    'The document with every whole occurrence of the identifiers, in any case, replaced by [erased]. For erase_user.';
revoke all on function private.without_identifiers(jsonb, text[]) from public, anon, authenticated, service_role;

create or replace function private.erase_user(p_user_id uuid, p_requested_by text, p_reason text)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    -- Whoever erases another is named in the record; whoever erases themselves is not.
    performer constant uuid := case when p_requested_by = 'super_admin' and auth.uid() <> p_user_id
                               then (select u.id from auth.users u where u.id = auth.uid()) end;
    digest constant text := encode(sha256(convert_to(p_user_id::text, 'UTF8')), 'hex');
    identifiers text[];
    organizations uuid[];
    sole_owner_of bigint;
    erased jsonb := '{}';
    affected bigint;
    deletes_account constant boolean := has_table_privilege('auth.users', 'delete');
    erasure uuid;
begin
    perform pg_advisory_xact_lock(hashtextextended('erase_user ' || p_user_id, 0));

    select array_remove(array[u.id::text, nullif(u.email, ''), nullif(u.phone, '')], null)
      into identifiers
      from auth.users u
     where u.id = p_user_id;
    if identifiers is null then
        raise exception 'there is no user %', p_user_id using errcode = 'PT404';
    end if;

    select count(*)
      into sole_owner_of
      from public.organization_members m
     where m.user_id = p_user_id and m.role = 'owner' and m.status = 'active'
       and not exists (select from public.organization_members o
                        where o.organization_id = m.organization_id and o.user_id <> m.user_id
                          and o.role = 'owner' and o.status = 'active');
    if sole_owner_of > 0 then
        raise exception 'the user is the only owner of % organization(s)', sole_owner_of
            using errcode = 'object_not_in_prerequisite_state',
                  hint = 'Make somebody else an owner, or delete the organization, and erase the user then.';
    end if;

    select coalesce(array_agg(m.organization_id), '{}') into organizations
      from public.organization_members m where m.user_id = p_user_id;

    delete from public.notifications n where n.user_id = p_user_id;
    get diagnostics affected = row_count;
    erased := erased || jsonb_build_object('notifications', affected);
    delete from public.organization_members m where m.user_id = p_user_id;
    get diagnostics affected = row_count;
    erased := erased || jsonb_build_object('organization_members', affected);
    delete from public.profiles p where p.id = p_user_id;
    get diagnostics affected = row_count;
    erased := erased || jsonb_build_object('profiles', affected);
    update public.automation_requests r set requested_by = null where r.requested_by = p_user_id;
    get diagnostics affected = row_count;
    erased := erased || jsonb_build_object('automation_requests', affected);
    update public.system_alert_history h
       set acknowledged_by = nullif(h.acknowledged_by, p_user_id), resolved_by = nullif(h.resolved_by, p_user_id)
     where h.acknowledged_by = p_user_id or h.resolved_by = p_user_id;
    get diagnostics affected = row_count;
    erased := erased || jsonb_build_object('system_alert_history', affected);
    update public.data_erasures d set performed_by = null where d.performed_by = p_user_id;
    get diagnostics affected = row_count;
    erased := erased || jsonb_build_object('data_erasures', affected);

    -- After the memberships, whose deletion was itself noted. The whole log is read: an identifier may
    -- stand in the details of any organization, and no index finds all of its forms. On a very long log
    -- that can exceed the time that clients are given; nothing is erased then, and the service, which has
    -- more time, does it with erase_user_data.
    update public.audit_logs a
       set actor_id = nullif(a.actor_id, p_user_id),
           entity_id = nullif(a.entity_id, p_user_id),
           source_ip = case when a.actor_id = p_user_id then null else a.source_ip end,
           user_agent = case when a.actor_id = p_user_id then null else a.user_agent end,
           details = private.without_identifiers(a.details, identifiers)
     where a.actor_id = p_user_id or a.entity_id = p_user_id
        or exists (select from unnest(identifiers) as i (identifier)
                    where strpos(lower(a.details::text), lower(btrim(to_jsonb(i.identifier)::text, '"'))) > 0);
    get diagnostics affected = row_count;
    erased := erased || jsonb_build_object('audit_logs', affected);
    update public.security_events e
       set user_id = nullif(e.user_id, p_user_id),
           source_ip = case when e.user_id = p_user_id then null else e.source_ip end,
           user_agent = case when e.user_id = p_user_id then null else e.user_agent end,
           details = private.without_identifiers(e.details, identifiers)
     where e.user_id = p_user_id
        or exists (select from unnest(identifiers) as i (identifier)
                    where strpos(lower(e.details::text), lower(btrim(to_jsonb(i.identifier)::text, '"'))) > 0);
    get diagnostics affected = row_count;
    erased := erased || jsonb_build_object('security_events', affected);

    if deletes_account then
        delete from auth.users u where u.id = p_user_id;
    end if;

    insert into public.audit_logs (organization_id, actor_id, action, entity_type, details)
    select o.id, performer, 'user.erased', 'user',
           jsonb_build_object('subject_digest', digest, 'requested_by', p_requested_by)
      from unnest(organizations) as o (id);
    insert into public.data_erasures (subject_digest, requested_by, performed_by, reason, removed, account_deleted)
    values (digest, p_requested_by, performer,
            private.without_identifiers(to_jsonb(coalesce(p_reason, '')), identifiers) #>> '{}', erased, deletes_account)
    returning id into erasure;

    return jsonb_build_object('erasure_id', erasure, 'removed', erased, 'account_deleted', deletes_account);
end
$function$;
comment on function private.erase_user(uuid, text, text) is
    'Erases a user and returns what was removed; checks nothing about the caller and can be called by its owner only, which erase_my_data and erase_user_data do.';
revoke all on function private.erase_user(uuid, text, text) from public, anon, authenticated, service_role;

create or replace function public.erase_my_data(p_reason text default '')
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
    if auth.uid() is null then
        raise exception 'nobody is signed in' using errcode = 'insufficient_privilege';
    end if;
    return private.erase_user(auth.uid(), 'user', p_reason);
end
$function$;
comment on function public.erase_my_data(text) is
    'Erases the caller for good: account, profile, memberships and notifications are deleted, and logs no longer name them. Refused (55000) while the caller is an organization''s only owner.';
revoke all on function public.erase_my_data(text) from public, anon, authenticated, service_role;
grant execute on function public.erase_my_data(text) to authenticated;

create or replace function public.erase_user_data(p_user_id uuid, p_reason text default '')
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
    if private.caller_is_service() then
        return private.erase_user(p_user_id, 'service', p_reason);
    elsif private.caller_is_super_admin() then
        return private.erase_user(p_user_id, 'super_admin', p_reason);
    end if;
    raise exception 'only a super administrator or the service may erase somebody else; erase_my_data erases yourself'
        using errcode = 'insufficient_privilege';
end
$function$;
comment on function public.erase_user_data(uuid, text) is
    'Erases the given user for good, as erase_my_data does; for super administrators (by a verified claim) and the service.';
revoke all on function public.erase_user_data(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.erase_user_data(uuid, text) to authenticated, service_role;

-- Rate limits ---------------------------------------------------------------------------------------

create or replace function public.check_rate_limit(
    p_organization_id uuid,
    p_endpoint text,
    p_limit integer,
    p_window_seconds integer default 60,
    p_requests integer default 1
)
returns table (is_allowed boolean, used bigint, remaining bigint, resets_at timestamptz)
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    width interval;
    opened_at timestamptz;
    already bigint;
begin
    -- "is not true" refuses nulls as well: a missing limit would otherwise be no limit.
    if (p_limit >= 1 and p_window_seconds between 1 and 86400 and p_requests >= 1 and btrim(p_endpoint) <> '') is not true then
        raise exception 'a limit and a number of requests are at least 1, a window lasts 1 to 86400 seconds, an endpoint has a name'
            using errcode = 'invalid_parameter_value';
    end if;
    width := make_interval(secs => p_window_seconds);
    opened_at := date_bin(width, now(), timestamptz '2000-01-01 00:00:00+00');
    select coalesce(sum(l.request_count), 0)
      into already
      from public.api_rate_limits l
     where l.organization_id = p_organization_id
       and l.endpoint = p_endpoint
       and l.window_start >= opened_at;
    -- A refused request is not counted: whoever keeps trying is not locked out for longer, and adds no rows.
    if already + p_requests > p_limit then
        return query select false, already, greatest(p_limit - already, 0), opened_at + width;
    else
        insert into public.api_rate_limits (organization_id, endpoint, window_start, request_count)
        values (p_organization_id, p_endpoint, opened_at, p_requests);
        return query select true, already + p_requests, p_limit - already - p_requests, opened_at + width;
    end if;
end
$function$;
comment on function public.check_rate_limit(uuid, text, integer, integer, integer) is
    'Counts requests of an organization to an endpoint in the running window and says whether they are within the limit. Servers do not wait for each other, so requests that are under way at the same moment may exceed the limit by their number. For the service.';
revoke all on function public.check_rate_limit(uuid, text, integer, integer, integer) from public, anon, authenticated, service_role;
grant execute on function public.check_rate_limit(uuid, text, integer, integer, integer) to service_role;

-- Overview of events --------------------------------------------------------------------------------

do $block$ begin
    if not private.view_can_be_replaced('public.security_events_overview', array[
        'organization_id uuid', 'event_type text', 'severity text', 'events bigint',
        'first_occurred_at timestamp with time zone', 'last_occurred_at timestamp with time zone']) then
        drop view public.security_events_overview;
    end if;
end $block$;
create or replace view public.security_events_overview with (security_invoker = true) as
select e.organization_id, e.event_type, e.severity, count(*) as events,
       min(e.occurred_at) as first_occurred_at, max(e.occurred_at) as last_occurred_at
  from public.security_events e
 where e.occurred_at > now() - interval '24 hours'
 group by e.organization_id, e.event_type, e.severity;
comment on view public.security_events_overview is 'Security events of the last 24 hours by kind, as far as the caller may see.';
comment on column public.security_events_overview.organization_id is 'The organization they concern; null for the system.';
comment on column public.security_events_overview.event_type is 'What happened.';
comment on column public.security_events_overview.severity is 'How much attention it needs.';
comment on column public.security_events_overview.events is 'How often.';
comment on column public.security_events_overview.first_occurred_at is 'When it first happened in these hours.';
comment on column public.security_events_overview.last_occurred_at is 'When it last happened.';

-- Rights --------------------------------------------------------------------------------------------

revoke all on table public.security_events, public.data_classifications, public.data_erasures,
    public.security_events_overview, public.data_classification_overview
    from public, anon, authenticated, service_role;
grant select on table public.security_events, public.security_events_overview to authenticated;
grant select on table public.data_classifications, public.data_erasures to authenticated;
grant select, insert on table public.security_events to service_role;
grant select, insert, update, delete on table public.data_classifications to service_role;
grant select on table public.data_erasures, public.security_events_overview, public.data_classification_overview to service_role;

alter table public.security_events enable row level security;
alter table public.data_classifications enable row level security;
alter table public.data_erasures enable row level security;

drop policy if exists security_events_select on public.security_events;
create policy security_events_select on public.security_events for select to authenticated
    using (organization_id = any ((select private.organizations_open_to_caller('admin'))::uuid[])
           or (organization_id is null and (select private.caller_is_super_admin())));
comment on policy security_events_select on public.security_events is 'Admins and owners read their organization''s events; super administrators read all, the system''s included.';

drop policy if exists data_classifications_select on public.data_classifications;
create policy data_classifications_select on public.data_classifications for select to authenticated
    using ((select private.caller_is_super_admin()));
comment on policy data_classifications_select on public.data_classifications is 'Super administrators read what is where.';

drop policy if exists data_erasures_select on public.data_erasures;
create policy data_erasures_select on public.data_erasures for select to authenticated
    using ((select private.caller_is_super_admin()));
comment on policy data_erasures_select on public.data_erasures is 'Super administrators read the proofs of erasure.';

-- What later migrations of this role create is closed until they open it by name. Functions are closed
-- everywhere, because a schema's own default cannot take back what PUBLIC has by birth.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke all on functions from anon, authenticated;
alter default privileges revoke execute on functions from public;

-- Posture -------------------------------------------------------------------------------------------

create or replace function public.security_posture()
returns table (finding text, object text, detail text)
language sql
stable
set search_path = pg_catalog, pg_temp
as $function$
    with own_relation as (
        select c.oid, c.relname, c.relkind, c.relrowsecurity, c.reloptions, c.relacl, c.relowner, n.nspname
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('public', 'private')
           and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
           and not exists (select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    ), own_function as (
        select p.oid, p.proname, p.prosecdef, p.proconfig, p.proacl, p.proowner, n.nspname
          from pg_catalog.pg_proc p
          join pg_catalog.pg_namespace n on n.oid = p.pronamespace
         where n.nspname in ('public', 'private')
           and not exists (select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    ), relation_right as (
        select r.nspname, r.relname, r.relkind, coalesce(g.rolname, 'PUBLIC') as grantee, x.privilege_type
          from own_relation r
         cross join lateral pg_catalog.aclexplode(r.relacl) as x
          left join pg_catalog.pg_roles g on g.oid = x.grantee
    )
    select 'table_without_row_security', format('%I.%I', r.nspname, r.relname), 'row-level security is off'
      from own_relation r where r.relkind in ('r', 'p') and not r.relrowsecurity
    union all
    select 'view_with_owner_rights', format('%I.%I', r.nspname, r.relname), 'security_invoker is not set'
      from own_relation r
     where r.relkind = 'v'
       and not exists (select from unnest(r.reloptions) as o (entry)
                        where lower(o.entry) in ('security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes'))
    union all
    select 'policy_for_everybody', format('%I on %I.%I', p.policyname, p.schemaname, p.tablename), 'applies to ' || array_to_string(p.roles, ', ')
      from pg_catalog.pg_policies p
     where p.schemaname in ('public', 'private') and p.roles && array['public', 'anon']::name[]
    union all
    select 'definer_without_search_path', f.oid::regprocedure::text, 'search_path is the caller''s'
      from own_function f
     where f.prosecdef
       and not exists (select from unnest(f.proconfig) as o (entry) where o.entry like 'search\_path=%')
    union all
    select 'function_open_to_everybody', f.oid::regprocedure::text, 'executable by ' || string_agg(coalesce(g.rolname, 'PUBLIC'), ', ')
      from own_function f
     cross join lateral pg_catalog.aclexplode(coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner))) as x
      left join pg_catalog.pg_roles g on g.oid = x.grantee
     where x.grantee = 0 or g.rolname = 'anon'
     group by f.oid
    union all
    select 'right_beyond_row_security', format('%I.%I', r.nspname, r.relname), r.privilege_type || ' for ' || r.grantee
      from relation_right r
     where r.grantee in ('PUBLIC', 'anon', 'authenticated') and r.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
    union all
    select 'right_of_nobody', format('%I.%I', r.nspname, r.relname), r.privilege_type || ' for ' || r.grantee
      from relation_right r
     where r.grantee in ('PUBLIC', 'anon')
       and r.privilege_type not in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
    union all
    select 'private_relation_open', format('%I.%I', r.nspname, r.relname), r.privilege_type || ' for ' || r.grantee
      from relation_right r
     where r.nspname = 'private' and r.grantee = 'authenticated'
    union all
    select 'sequence_writable', format('%I.%I', r.nspname, r.relname), r.privilege_type || ' for ' || r.grantee
      from relation_right r
     where r.relkind = 'S' and r.grantee = 'authenticated' and r.privilege_type = 'UPDATE'
    union all
    select 'not_classified', format('%I.%I', v.schema_name, v.table_name), count(*) || ' column(s) without a class'
      from public.data_classification_overview v
     where v.class is null
     group by v.schema_name, v.table_name
     order by 1, 2, 3
$function$;
comment on function public.security_posture() is
    'What is open in the schemas public and private that should not be, one row each; empty when nothing is. For the service.';
revoke all on function public.security_posture() from public, anon, authenticated, service_role;
grant execute on function public.security_posture() to service_role;

do $block$ begin
    perform private.require_valid_indexes(array[
        'public.idx_audit_logs_organization_time', 'public.idx_audit_logs_actor', 'public.idx_audit_logs_search',
        'public.idx_security_events_organization', 'public.idx_security_events_user', 'public.idx_data_erasures_performed_by']);
    perform private.require_single_function(array[
        'public.search_audit_logs', 'public.record_security_event', 'public.check_rate_limit', 'public.erase_my_data',
        'public.erase_user_data', 'public.security_posture', 'private.write_audit_log', 'private.keep_record',
        'private.without_identifiers', 'private.erase_user']);
end $block$;
