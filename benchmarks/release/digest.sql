-- A number for the rows of each table that does not depend on their order, with every time as an age.
select 'organizations' as "table", count(*) as rows, coalesce(sum(hash_record_extended(row (id, name, scale.moment() - created_at), 0)::numeric), 0)::text as digest
  from public.organizations
union all
select 'users', count(*), coalesce(sum(hash_record_extended(row (id, email), 0)::numeric), 0)::text
  from auth.users
union all
select 'organization_members', count(*), coalesce(sum(hash_record_extended(row (organization_id, user_id, role, status), 0)::numeric), 0)::text
  from public.organization_members
union all
select 'contacts', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, full_name, email, company, notes, scale.moment() - last_contact_at), 0)::numeric), 0)::text
  from public.contacts
union all
select 'opportunities', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, contact_id, title, stage, value, scale.moment() - closed_at), 0)::numeric), 0)::text
  from public.opportunities
union all
select 'crm_events', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, contact_id, event_type, payload, scale.moment() - occurred_at), 0)::numeric), 0)::text
  from public.crm_events
union all
select 'workflow_definitions', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, is_active, scale.moment() - next_run_at, scale.moment() - last_run_at), 0)::numeric), 0)::text
  from public.workflow_definitions
union all
select 'workflow_execution_logs', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, workflow_id, status, scale.moment() - started_at), 0)::numeric), 0)::text
  from public.workflow_execution_logs
union all
select 'automation_requests', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, status, scale.moment() - run_after), 0)::numeric), 0)::text
  from public.automation_requests
union all
select 'agent_executions', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, status, scale.moment() - started_at), 0)::numeric), 0)::text
  from public.agent_executions
union all
select 'notifications', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, user_id, status, scale.moment() - scheduled_at), 0)::numeric), 0)::text
  from public.notifications
union all
select 'api_rate_limits', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, endpoint, scale.moment() - window_start, request_count), 0)::numeric), 0)::text
  from public.api_rate_limits
union all
select 'integrations', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, integration_type, is_active, status, configuration, scale.moment() - last_sync_at, scale.moment() - updated_at), 0)::numeric), 0)::text
  from public.integrations
union all
select 'audit_logs', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, actor_id, action, details, scale.moment() - created_at), 0)::numeric), 0)::text
  from public.audit_logs
union all
select 'security_events', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, scale.moment() - occurred_at), 0)::numeric), 0)::text
  from public.security_events
union all
select 'integration_usage_events', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, integration_id, is_success, scale.moment() - occurred_at), 0)::numeric), 0)::text
  from public.integration_usage_events
union all
select 'system_health_metrics', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, metric_value, scale.moment() - recorded_at), 0)::numeric), 0)::text
  from public.system_health_metrics
union all
select 'system_health_checks', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, status, scale.moment() - checked_at), 0)::numeric), 0)::text
  from public.system_health_checks
union all
select 'system_alert_history', count(*), coalesce(sum(hash_record_extended(row (id, organization_id, scale.moment() - fired_at), 0)::numeric), 0)::text
  from public.system_alert_history;
