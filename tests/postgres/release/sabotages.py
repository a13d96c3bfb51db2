"""Ways to spoil a deployed Phase 3, one thing each, and the checks that must notice."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["JOB_SABOTAGES", "SABOTAGES", "Sabotage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sabotage:
    """One change behind the back of the release, as a superuser makes it."""

    name: str
    sql: str
    #: The checks of the verification script that fail because of it, and no others.
    noticed_by: tuple[str, ...]
    #: Takes back what reaches beyond the database.
    undo: str = ""


def _one(name: str, sql: str, *noticed_by: str) -> Sabotage:
    return Sabotage(name=name, sql=sql, noticed_by=noticed_by)


TABLES = (
    _one(
        "a table is gone",
        "drop table public.profiles",
        "table public.profiles",
        "column public.profiles.id",
        "column public.profiles.full_name",
        "column public.profiles.locale",
        "column public.profiles.created_at",
        "column public.profiles.updated_at",
        "constraint public.profiles.profiles_pkey",
        "constraint public.profiles.profiles_id_fkey",
        "policy public.profiles.profiles_select",
        "policy public.profiles.profiles_insert",
        "policy public.profiles.profiles_update",
        "trigger public.profiles.set_updated_at",
        "grant table public.profiles to authenticated",
        "grant table public.profiles to service_role",
        "grant column public.profiles.id to authenticated",
        "grant column public.profiles.full_name to authenticated",
        "grant column public.profiles.locale to authenticated",
    ),
    _one(
        "a client owns a table",
        "alter table public.crm_events owner to authenticated",
        "table public.crm_events",
        "grant table public.crm_events to authenticated",
    ),
    _one(
        "row-level security is off",
        "alter table public.integrations disable row level security",
        "table public.integrations",
    ),
    _one(
        "row-level security is off where nobody has a right",
        "alter table private.integration_credentials disable row level security",
        "table private.integration_credentials",
    ),
    _one(
        "a column is gone",
        "alter table public.notifications drop column body",
        "column public.notifications.body",
    ),
    _one(
        "a column for credentials was added",
        "alter table public.integrations add column credentials text;"
        "comment on column public.integrations.credentials is 'handy'",
        "column public.integrations.credentials",
    ),
    _one(
        "a default differs",
        "alter table public.integrations alter column is_active set default true",
        "column public.integrations.is_active",
    ),
    _one(
        "a default is gone",
        "alter table public.integrations alter column status drop default",
        "column public.integrations.status",
    ),
    _one(
        "a column takes null",
        "alter table public.integrations alter column configuration drop not null",
        "column public.integrations.configuration",
    ),
    _one(
        "a column has another type",
        "alter table public.api_rate_limits alter column request_count type bigint",
        "column public.api_rate_limits.request_count",
    ),
)

CONSTRAINTS = (
    _one(
        "a check is gone",
        "alter table public.integrations drop constraint integrations_status_check",
        "constraint public.integrations.integrations_status_check",
    ),
    _one(
        "a check allows more",
        "alter table public.organization_members drop constraint organization_members_role_check,"
        " add constraint organization_members_role_check"
        " check (role in ('viewer', 'member', 'admin', 'owner', 'god'))",
        "constraint public.organization_members.organization_members_role_check",
    ),
    _one(
        "a unique constraint is gone",
        "alter table public.integrations drop constraint integrations_organization_id_integration_type_key",
        "constraint public.integrations.integrations_organization_id_integration_type_key",
    ),
    _one(
        "a primary key is gone",
        "alter table public.crm_events drop constraint crm_events_pkey",
        "constraint public.crm_events.crm_events_pkey",
    ),
    _one(
        "a foreign key is gone",
        "alter table public.integrations drop constraint integrations_organization_id_fkey",
        "constraint public.integrations.integrations_organization_id_fkey",
    ),
    _one(
        "a foreign key no longer cascades",
        "alter table public.integrations drop constraint integrations_organization_id_fkey,"
        " add constraint integrations_organization_id_fkey"
        " foreign key (organization_id) references public.organizations (id)",
        "constraint public.integrations.integrations_organization_id_fkey",
    ),
    _one(
        "a foreign key forgot the organization",
        "alter table public.opportunities drop constraint opportunities_contact_of_organization_fkey,"
        " add constraint opportunities_contact_of_organization_fkey"
        " foreign key (contact_id) references public.contacts (id) on delete set null",
        "constraint public.opportunities.opportunities_contact_of_organization_fkey",
    ),
    _one(
        "a constraint is not validated",
        "alter table public.workflow_execution_logs"
        " drop constraint workflow_execution_logs_workflow_of_organization_fkey,"
        " add constraint workflow_execution_logs_workflow_of_organization_fkey"
        " foreign key (organization_id, workflow_id)"
        " references public.workflow_definitions (organization_id, id) on delete cascade not valid",
        "constraint public.workflow_execution_logs.workflow_execution_logs_workflow_of_organization_fkey",
    ),
    _one(
        "the backfill is not complete",
        "alter table public.workflow_execution_logs alter column organization_id drop not null;"
        "alter table public.workflow_execution_logs disable trigger fill_organization;"
        "update public.workflow_execution_logs set organization_id = null"
        " where id = '41000000-0000-4000-8000-0000000000a1';"
        "alter table public.workflow_execution_logs enable trigger fill_organization",
        "column public.workflow_execution_logs.organization_id",
        "rows workflow runs without organization",
    ),
    _one(
        "a type of integration is not offered",
        "delete from public.integration_types where integration_type = 'sms'",
        "rows known types among the seven that ship",
    ),
)

INDEXES = (
    _one(
        "an index is gone",
        "drop index public.idx_active_integrations",
        "index public.idx_active_integrations",
    ),
    _one(
        "an index is invalid",
        "update pg_catalog.pg_index set indisvalid = false"
        " where indexrelid = 'public.idx_active_integrations'::regclass",
        "index public.idx_active_integrations",
        "indexes invalid ones",
    ),
    _one(
        "the index of a constraint is invalid",
        "update pg_catalog.pg_index set indisvalid = false"
        " where indexrelid = 'public.integrations_organization_id_integration_type_key'::regclass",
        "indexes invalid ones",
    ),
    _one(
        "an index has another predicate",
        "drop index public.idx_active_integrations;"
        "create index idx_active_integrations on public.integrations (organization_id, integration_type)"
        " where not is_active;"
        "comment on index public.idx_active_integrations is 'the other half'",
        "index public.idx_active_integrations",
    ),
    _one(
        "an index has other columns",
        "drop index public.idx_crm_events_date;"
        "create index idx_crm_events_date on public.crm_events (occurred_at);"
        "comment on index public.idx_crm_events_date is 'without the organization'",
        "index public.idx_crm_events_date",
    ),
)

POLICIES = (
    _one(
        "a policy is gone",
        "drop policy integrations_select on public.integrations",
        "policy public.integrations.integrations_select",
    ),
    _one(
        "a policy lets everybody see",
        "alter policy integrations_select on public.integrations using (true)",
        "policy public.integrations.integrations_select",
    ),
    _one(
        "a policy asks for a lower role",
        "alter policy integrations_delete on public.integrations"
        " using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[]))",
        "policy public.integrations.integrations_delete",
    ),
    _one(
        "a policy checks nothing on write",
        "alter policy integrations_update on public.integrations with check (true)",
        "policy public.integrations.integrations_update",
    ),
    _one(
        "a policy is for everybody",
        "alter policy integrations_select on public.integrations to public",
        "policy public.integrations.integrations_select",
    ),
    _one(
        "a policy is for more verbs",
        "drop policy integrations_select on public.integrations;"
        "create policy integrations_select on public.integrations to authenticated"
        " using (organization_id = any ((select private.organizations_open_to_caller('viewer'))::uuid[]));"
        "comment on policy integrations_select on public.integrations is 'for all'",
        "policy public.integrations.integrations_select",
    ),
    _one(
        "a second policy opens rows",
        "create policy shared on public.integrations for select to authenticated using (status = 'active')",
        "policy public.integrations.shared",
    ),
    _one(
        "a policy opens the credentials",
        "create policy peek on private.integration_credentials for select to authenticated using (true)",
        "policy private.integration_credentials.peek",
    ),
)

RIGHTS = (
    _one(
        "visitors may read",
        "grant select on public.integrations to anon",
        "grant table public.integrations to anon",
    ),
    _one(
        "users may truncate",
        "grant truncate on public.integrations to authenticated",
        "grant table public.integrations to authenticated",
    ),
    _one(
        "everybody may read",
        "grant select on public.contacts to public",
        "grant table public.contacts to public",
    ),
    _one(
        "users may pass a right on",
        "grant select on public.contacts to authenticated with grant option",
        "grant table public.contacts to authenticated",
    ),
    _one(
        "users may no longer read",
        "revoke select on public.integrations from authenticated",
        "grant table public.integrations to authenticated",
    ),
    _one(
        "users may change another column",
        "grant update (user_id) on public.notifications to authenticated",
        "grant column public.notifications.user_id to authenticated",
    ),
    _one(
        "users may read credentials",
        "grant select on private.integration_credentials to authenticated",
        "grant table private.integration_credentials to authenticated",
    ),
    _one(
        "users may read a part of the credentials",
        "grant select (ciphertext) on private.integration_credentials to authenticated",
        "grant column private.integration_credentials.ciphertext to authenticated",
    ),
    _one(
        "visitors may enter the schema private",
        "grant usage on schema private to anon",
        "grant schema private to anon",
    ),
    _one(
        "new tables are open by default",
        "alter default privileges for role postgres in schema public grant select on tables to anon",
        "default privileges for clients in public",
    ),
    Sabotage(
        name="users are the service",
        sql="grant service_role to authenticated",
        noticed_by=("role authenticated",),
        undo="revoke service_role from authenticated",
    ),
    Sabotage(
        name="users pass row-level security by",
        sql="alter role authenticated bypassrls",
        noticed_by=("role authenticated",),
        undo="alter role authenticated nobypassrls",
    ),
)

FUNCTIONS = (
    _one(
        "a function is gone",
        "drop function public.evaluate_alert_rules()",
        "function public.evaluate_alert_rules()",
        "grant function public.evaluate_alert_rules() to service_role",
    ),
    _one(
        "a function forgot the suspended",
        """create or replace function private.organizations_of_caller(minimum_role text default 'viewer')
        returns uuid[] language sql stable security definer parallel safe set search_path = ''
        as $$ select coalesce(array_agg(m.organization_id), '{}') from public.organization_members m
               where m.user_id = auth.uid() $$""",
        "function private.organizations_of_caller(text)",
    ),
    _one(
        "a function has the caller's search path",
        "alter function private.organizations_of_caller(text) reset search_path",
        "function private.organizations_of_caller(text)",
    ),
    _one(
        "a function has another search path",
        "alter function public.search_contacts(uuid, text, integer) set search_path = public",
        "function public.search_contacts(uuid,text,integer)",
    ),
    _one(
        "a function runs with its owner's rights",
        "alter function private.fill_workflow_log_organization() security definer",
        "function private.fill_workflow_log_organization()",
    ),
    _one(
        "a function runs with its caller's rights",
        "alter function private.organizations_of_caller(text) security invoker",
        "function private.organizations_of_caller(text)",
    ),
    _one(
        "a function is volatile",
        "alter function private.organizations_open_to_caller(text) volatile",
        "function private.organizations_open_to_caller(text)",
    ),
    _one(
        "a function is called leakproof",
        "alter function private.caller_is_super_admin() leakproof",
        "function private.caller_is_super_admin()",
    ),
    _one(
        "a function belongs to another role",
        "alter function public.search_contacts(uuid, text, integer) owner to supabase_admin",
        "function public.search_contacts(uuid,text,integer)",
    ),
    _one(
        "a function has an overload",
        "create function public.search_contacts(organization uuid, query text) returns bigint language sql"
        " set search_path = '' as 'select 1::bigint';"
        "alter function public.search_contacts(uuid, text) owner to postgres;"
        "revoke all on function public.search_contacts(uuid, text) from public, anon, authenticated, service_role",
        "function public.search_contacts(uuid,text)",
    ),
    _one(
        "visitors may call a function",
        "grant execute on function public.search_contacts(uuid, text, integer) to anon",
        "grant function public.search_contacts(uuid,text,integer) to anon",
    ),
    _one(
        "everybody may call a function",
        "grant execute on function public.erase_user_data(uuid, text) to public",
        "grant function public.erase_user_data(uuid,text) to public",
    ),
    _one(
        "policies cannot call their function",
        "revoke execute on function private.organizations_of_caller(text) from authenticated",
        "grant function private.organizations_of_caller(text) to authenticated",
    ),
)

TRIGGERS = (
    _one(
        "a trigger is gone",
        "drop trigger set_updated_at on public.integrations",
        "trigger public.integrations.set_updated_at",
    ),
    _one(
        "a trigger is disabled",
        "alter table public.integrations disable trigger keep_organization",
        "trigger public.integrations.keep_organization",
    ),
    _one(
        "a trigger fires at another time",
        "create or replace trigger fill_organization before insert on public.workflow_execution_logs"
        " for each row when (new.organization_id is null)"
        " execute function private.fill_workflow_log_organization()",
        "trigger public.workflow_execution_logs.fill_organization",
    ),
    _one(
        "a trigger was added",
        "create trigger surprise before insert on public.integrations"
        " for each row execute function private.set_updated_at()",
        "trigger public.integrations.surprise",
    ),
)

VIEWS = (
    _one(
        "a view has its owner's rights",
        "alter view public.integration_dashboard reset (security_invoker)",
        "view public.integration_dashboard",
    ),
    _one(
        "a view shows other rows",
        "create or replace view public.system_health_overview with (security_invoker = true) as"
        " select organization_id, component, status, latency_ms, details, checked_at, now() - checked_at as age"
        " from public.system_health_checks",
        "view public.system_health_overview",
    ),
    _one(
        "visitors may read a view",
        "grant select on public.integration_dashboard to anon",
        "grant table public.integration_dashboard to anon",
    ),
)

COMMENTS = (
    _one(
        "the comment of a table is gone",
        "comment on table public.integrations is null",
        "comments release objects without one",
    ),
    _one(
        "the comment of a policy is gone",
        "comment on policy integrations_select on public.integrations is null",
        "comments release objects without one",
    ),
)

#: Only where pg_cron is installed.
JOB_SABOTAGES = (
    _one(
        "a job is gone",
        "delete from cron.job where jobname = 'phase3-integration-cleanup'",
        "job phase3-integration-cleanup",
    ),
    _one(
        "a job is switched off",
        "update cron.job set active = false where jobname = 'phase3-integration-health'",
        "job phase3-integration-health",
    ),
    _one(
        "a job runs at another time",
        "update cron.job set schedule = '0 0 1 1 *' where jobname = 'phase3-index-health'",
        "job phase3-index-health",
    ),
    _one(
        "a job does something else",
        "update cron.job set command = 'select 1' where jobname = 'phase3-history-retention'",
        "job phase3-history-retention",
    ),
)

SABOTAGES = (
    *TABLES,
    *CONSTRAINTS,
    *INDEXES,
    *POLICIES,
    *RIGHTS,
    *FUNCTIONS,
    *TRIGGERS,
    *VIEWS,
    *COMMENTS,
)
