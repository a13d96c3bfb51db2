-- Verifies a database in which Phase 3 was deployed: one result table of check, expected, observed, ✓ or ✗,
-- with a count on top and what failed below it.
--
--   psql -v ON_ERROR_STOP=1 -f scripts/verify-phase3-migrations.sql "$DATABASE_URL"
--
-- exits with 0 when everything is as expected and with 3 when something is not. Pasted into a SQL editor
-- it shows the table and raises nothing. It needs PostgreSQL 15 or newer, no superuser and no psql, and it
-- writes nothing: it also runs in a read-only transaction. Run it as the role that deployed, because only
-- an owner sees past row-level security whether rows are left to be filled.
--
-- How it works: "expected" below is one line per fact, "kind | object | fact". The query reads the same
-- facts from the catalogs, in a form that is equal on PostgreSQL 15 to 18 (function bodies and view
-- definitions as digests), and compares. What the release made and was dropped or altered fails; so does
-- a column, policy, trigger, right or overload that somebody added to it. Other tables, further indexes and
-- further constraints are not its business.
--
-- After a change of the migrations, replace the lines between the two marks with the output of
--
--   PGOPTIONS='-c verification.print=expected' psql -qAt -F '' -f scripts/verify-phase3-migrations.sql "$DSN"
--
-- on a scratch that has all of them (with pg_cron), and read the difference before you commit it.

set verification.failures to 'not run';
-- Only so that every name is printed with its schema.
set search_path to pg_catalog;

with expected_line as (
    select regexp_match(line, '^([^|]+) \| ([^|]+) \| (.+)$') as part
      from regexp_split_to_table(
-- Begin of the expected facts
$expected$
column | private.archived_integrations.archived_at | timestamp with time zone not null default now()
column | private.archived_integrations.integration | jsonb not null
column | private.archived_integrations.integration_id | uuid not null
column | private.archived_integrations.organization_id | uuid not null
column | private.archived_integrations.statistics | jsonb not null default '[]'::jsonb
column | private.integration_credentials.ciphertext | bytea not null
column | private.integration_credentials.created_at | timestamp with time zone not null default now()
column | private.integration_credentials.integration_id | uuid not null
column | private.integration_credentials.key_id | text not null
column | private.integration_credentials.nonce | bytea not null
column | private.integration_credentials.organization_id | uuid not null
column | private.integration_credentials.rotated_at | timestamp with time zone
column | private.integration_credentials.updated_at | timestamp with time zone not null default now()
column | private.integration_credentials.wrapped_key | bytea not null
column | private.integration_credentials.wrapped_key_nonce | bytea not null
column | public.agent_executions.agent | text not null
column | public.agent_executions.error | text
column | public.agent_executions.finished_at | timestamp with time zone
column | public.agent_executions.id | uuid not null default gen_random_uuid()
column | public.agent_executions.organization_id | uuid not null
column | public.agent_executions.started_at | timestamp with time zone not null default now()
column | public.agent_executions.status | text not null default 'queued'::text
column | public.agent_executions.tokens_used | bigint not null default 0
column | public.api_rate_limits.endpoint | text not null
column | public.api_rate_limits.id | uuid not null default gen_random_uuid()
column | public.api_rate_limits.organization_id | uuid not null
column | public.api_rate_limits.request_count | integer not null default 1
column | public.api_rate_limits.window_start | timestamp with time zone not null
column | public.audit_logs.action | text not null
column | public.audit_logs.actor_id | uuid
column | public.audit_logs.created_at | timestamp with time zone not null default now()
column | public.audit_logs.details | jsonb not null default '{}'::jsonb
column | public.audit_logs.entity_id | uuid
column | public.audit_logs.entity_type | text not null
column | public.audit_logs.id | uuid not null default gen_random_uuid()
column | public.audit_logs.organization_id | uuid not null
column | public.audit_logs.source_ip | inet
column | public.audit_logs.user_agent | text
column | public.automation_requests.created_at | timestamp with time zone not null default now()
column | public.automation_requests.id | uuid not null default gen_random_uuid()
column | public.automation_requests.organization_id | uuid not null
column | public.automation_requests.payload | jsonb not null default '{}'::jsonb
column | public.automation_requests.request_type | text not null
column | public.automation_requests.requested_by | uuid
column | public.automation_requests.run_after | timestamp with time zone not null default now()
column | public.automation_requests.status | text not null default 'pending'::text
column | public.automation_requests.updated_at | timestamp with time zone not null default now()
column | public.contacts.company | text
column | public.contacts.created_at | timestamp with time zone not null default now()
column | public.contacts.email | text
column | public.contacts.full_name | text not null
column | public.contacts.id | uuid not null default gen_random_uuid()
column | public.contacts.last_contact_at | timestamp with time zone
column | public.contacts.notes | text
column | public.contacts.organization_id | uuid not null
column | public.contacts.phone | text
column | public.contacts.tags | text[] not null default '{}'::text[]
column | public.contacts.updated_at | timestamp with time zone not null default now()
column | public.crm_events.contact_id | uuid
column | public.crm_events.created_at | timestamp with time zone not null default now()
column | public.crm_events.event_type | text not null
column | public.crm_events.id | uuid not null default gen_random_uuid()
column | public.crm_events.occurred_at | timestamp with time zone not null default now()
column | public.crm_events.organization_id | uuid not null
column | public.crm_events.payload | jsonb not null default '{}'::jsonb
column | public.data_classification_overview.class | text
column | public.data_classification_overview.column_name | text
column | public.data_classification_overview.on_erasure | text
column | public.data_classification_overview.reason | text
column | public.data_classification_overview.schema_name | text
column | public.data_classification_overview.table_name | text
column | public.data_classifications.class | text not null
column | public.data_classifications.column_name | text not null default '*'::text
column | public.data_classifications.created_at | timestamp with time zone not null default now()
column | public.data_classifications.on_erasure | text not null default 'keep'::text
column | public.data_classifications.reason | text not null
column | public.data_classifications.schema_name | text not null
column | public.data_classifications.table_name | text not null
column | public.data_classifications.updated_at | timestamp with time zone not null default now()
column | public.data_erasures.account_deleted | boolean not null
column | public.data_erasures.erased_at | timestamp with time zone not null default now()
column | public.data_erasures.id | uuid not null default gen_random_uuid()
column | public.data_erasures.performed_by | uuid
column | public.data_erasures.reason | text not null default ''::text
column | public.data_erasures.removed | jsonb not null default '{}'::jsonb
column | public.data_erasures.requested_by | text not null
column | public.data_erasures.subject_digest | text not null
column | public.index_health_overview.checked_at | timestamp with time zone
column | public.index_health_overview.covered_by | text
column | public.index_health_overview.index_name | text
column | public.index_health_overview.scans | bigint
column | public.index_health_overview.schema_name | text
column | public.index_health_overview.size_bytes | bigint
column | public.index_health_overview.table_name | text
column | public.index_health_overview.verdict | text
column | public.index_health_reports.checked_at | timestamp with time zone not null default now()
column | public.index_health_reports.covered_by | text
column | public.index_health_reports.id | uuid not null default gen_random_uuid()
column | public.index_health_reports.index_name | text not null
column | public.index_health_reports.scans | bigint not null
column | public.index_health_reports.schema_name | text not null
column | public.index_health_reports.size_bytes | bigint not null
column | public.index_health_reports.table_name | text not null
column | public.index_health_reports.verdict | text not null
column | public.integration_dashboard.average_duration_ms_30_days | double precision
column | public.integration_dashboard.calls_24_hours | bigint
column | public.integration_dashboard.calls_30_days | numeric
column | public.integration_dashboard.failure_ratio_24_hours | double precision
column | public.integration_dashboard.failures_24_hours | bigint
column | public.integration_dashboard.failures_30_days | numeric
column | public.integration_dashboard.health | text
column | public.integration_dashboard.integration_id | uuid
column | public.integration_dashboard.integration_type | text
column | public.integration_dashboard.is_active | boolean
column | public.integration_dashboard.label | text
column | public.integration_dashboard.last_error | text
column | public.integration_dashboard.last_sync_at | timestamp with time zone
column | public.integration_dashboard.last_used_at | timestamp with time zone
column | public.integration_dashboard.organization_id | uuid
column | public.integration_dashboard.reasons | text[]
column | public.integration_dashboard.status | text
column | public.integration_types.created_at | timestamp with time zone not null default now()
column | public.integration_types.description | text not null default ''::text
column | public.integration_types.integration_type | text not null
column | public.integration_types.label | text not null
column | public.integration_usage_events.duration_ms | double precision
column | public.integration_usage_events.error_code | text
column | public.integration_usage_events.event_type | text not null
column | public.integration_usage_events.id | uuid not null default gen_random_uuid()
column | public.integration_usage_events.integration_id | uuid not null
column | public.integration_usage_events.is_success | boolean not null
column | public.integration_usage_events.occurred_at | timestamp with time zone not null default now()
column | public.integration_usage_events.organization_id | uuid not null
column | public.integration_usage_statistics.calls | bigint not null
column | public.integration_usage_statistics.failures | bigint not null
column | public.integration_usage_statistics.integration_id | uuid not null
column | public.integration_usage_statistics.last_failed_at | timestamp with time zone
column | public.integration_usage_statistics.last_used_at | timestamp with time zone not null
column | public.integration_usage_statistics.max_duration_ms | double precision
column | public.integration_usage_statistics.organization_id | uuid not null
column | public.integration_usage_statistics.timed_calls | bigint not null
column | public.integration_usage_statistics.total_duration_ms | double precision not null
column | public.integration_usage_statistics.usage_date | date not null
column | public.integrations.configuration | jsonb not null default '{}'::jsonb
column | public.integrations.created_at | timestamp with time zone not null default now()
column | public.integrations.id | uuid not null default gen_random_uuid()
column | public.integrations.integration_type | text not null
column | public.integrations.is_active | boolean not null default false
column | public.integrations.last_error | text
column | public.integrations.last_sync_at | timestamp with time zone
column | public.integrations.organization_id | uuid not null
column | public.integrations.status | text not null default 'inactive'::text
column | public.integrations.updated_at | timestamp with time zone not null default now()
column | public.notifications.body | text
column | public.notifications.channel | text not null default 'in_app'::text
column | public.notifications.created_at | timestamp with time zone not null default now()
column | public.notifications.id | uuid not null default gen_random_uuid()
column | public.notifications.organization_id | uuid not null
column | public.notifications.read_at | timestamp with time zone
column | public.notifications.scheduled_at | timestamp with time zone not null default now()
column | public.notifications.sent_at | timestamp with time zone
column | public.notifications.status | text not null default 'pending'::text
column | public.notifications.title | text not null
column | public.notifications.user_id | uuid not null
column | public.opportunities.closed_at | timestamp with time zone
column | public.opportunities.contact_id | uuid
column | public.opportunities.created_at | timestamp with time zone not null default now()
column | public.opportunities.currency | text not null default 'EUR'::text
column | public.opportunities.expected_close_date | date
column | public.opportunities.id | uuid not null default gen_random_uuid()
column | public.opportunities.organization_id | uuid not null
column | public.opportunities.stage | text not null default 'lead'::text
column | public.opportunities.title | text not null
column | public.opportunities.updated_at | timestamp with time zone not null default now()
column | public.opportunities.value | numeric(14,2) not null default 0
column | public.organization_members.created_at | timestamp with time zone not null default now()
column | public.organization_members.organization_id | uuid not null
column | public.organization_members.role | text not null default 'member'::text
column | public.organization_members.status | text not null default 'invited'::text
column | public.organization_members.updated_at | timestamp with time zone not null default now()
column | public.organization_members.user_id | uuid not null
column | public.organizations.created_at | timestamp with time zone not null default now()
column | public.organizations.id | uuid not null default gen_random_uuid()
column | public.organizations.name | text not null
column | public.organizations.updated_at | timestamp with time zone not null default now()
column | public.profiles.created_at | timestamp with time zone not null default now()
column | public.profiles.full_name | text
column | public.profiles.id | uuid not null
column | public.profiles.locale | text not null default 'en'::text
column | public.profiles.updated_at | timestamp with time zone not null default now()
column | public.security_events.details | jsonb not null default '{}'::jsonb
column | public.security_events.event_type | text not null
column | public.security_events.id | uuid not null default gen_random_uuid()
column | public.security_events.occurred_at | timestamp with time zone not null default now()
column | public.security_events.organization_id | uuid
column | public.security_events.severity | text not null default 'info'::text
column | public.security_events.source_ip | inet
column | public.security_events.user_agent | text
column | public.security_events.user_id | uuid
column | public.security_events_overview.event_type | text
column | public.security_events_overview.events | bigint
column | public.security_events_overview.first_occurred_at | timestamp with time zone
column | public.security_events_overview.last_occurred_at | timestamp with time zone
column | public.security_events_overview.organization_id | uuid
column | public.security_events_overview.severity | text
column | public.system_alert_history.acknowledged_at | timestamp with time zone
column | public.system_alert_history.acknowledged_by | uuid
column | public.system_alert_history.description | text not null default ''::text
column | public.system_alert_history.fired_at | timestamp with time zone not null default now()
column | public.system_alert_history.id | uuid not null default gen_random_uuid()
column | public.system_alert_history.last_seen_at | timestamp with time zone not null default now()
column | public.system_alert_history.metric_name | text not null
column | public.system_alert_history.note | text
column | public.system_alert_history.observed_value | double precision not null
column | public.system_alert_history.organization_id | uuid
column | public.system_alert_history.resolved_at | timestamp with time zone
column | public.system_alert_history.resolved_by | uuid
column | public.system_alert_history.rule_id | uuid
column | public.system_alert_history.rule_name | text not null
column | public.system_alert_history.severity | text not null
column | public.system_alert_history.status | text not null default 'open'::text
column | public.system_alert_history.threshold | double precision not null
column | public.system_alert_rules.aggregate | text not null default 'last'::text
column | public.system_alert_rules.comparison | text not null default '>'::text
column | public.system_alert_rules.created_at | timestamp with time zone not null default now()
column | public.system_alert_rules.description | text not null default ''::text
column | public.system_alert_rules.id | uuid not null default gen_random_uuid()
column | public.system_alert_rules.is_enabled | boolean not null default true
column | public.system_alert_rules.metric_name | text not null
column | public.system_alert_rules.name | text not null
column | public.system_alert_rules.organization_id | uuid
column | public.system_alert_rules.scope | text not null default 'organization'::text
column | public.system_alert_rules.severity | text not null default 'warning'::text
column | public.system_alert_rules.threshold | double precision not null
column | public.system_alert_rules.updated_at | timestamp with time zone not null default now()
column | public.system_alert_rules.window_seconds | integer not null default 300
column | public.system_alerts_overview.acknowledged_by | uuid
column | public.system_alerts_overview.description | text
column | public.system_alerts_overview.fired_at | timestamp with time zone
column | public.system_alerts_overview.id | uuid
column | public.system_alerts_overview.last_seen_at | timestamp with time zone
column | public.system_alerts_overview.metric_name | text
column | public.system_alerts_overview.note | text
column | public.system_alerts_overview.observed_value | double precision
column | public.system_alerts_overview.open_for | interval
column | public.system_alerts_overview.organization_id | uuid
column | public.system_alerts_overview.rule_name | text
column | public.system_alerts_overview.severity | text
column | public.system_alerts_overview.status | text
column | public.system_alerts_overview.threshold | double precision
column | public.system_health_checks.checked_at | timestamp with time zone not null default now()
column | public.system_health_checks.component | text not null
column | public.system_health_checks.details | jsonb not null default '{}'::jsonb
column | public.system_health_checks.id | uuid not null default gen_random_uuid()
column | public.system_health_checks.latency_ms | double precision
column | public.system_health_checks.organization_id | uuid
column | public.system_health_checks.status | text not null
column | public.system_health_metrics.id | uuid not null default gen_random_uuid()
column | public.system_health_metrics.labels | jsonb not null default '{}'::jsonb
column | public.system_health_metrics.metric_name | text not null
column | public.system_health_metrics.metric_value | double precision not null
column | public.system_health_metrics.organization_id | uuid
column | public.system_health_metrics.recorded_at | timestamp with time zone not null default now()
column | public.system_health_metrics.unit | text
column | public.system_health_overview.age | interval
column | public.system_health_overview.checked_at | timestamp with time zone
column | public.system_health_overview.component | text
column | public.system_health_overview.details | jsonb
column | public.system_health_overview.latency_ms | double precision
column | public.system_health_overview.organization_id | uuid
column | public.system_health_overview.status | text
column | public.system_metrics_overview.average | double precision
column | public.system_metrics_overview.last_recorded_at | timestamp with time zone
column | public.system_metrics_overview.last_value | double precision
column | public.system_metrics_overview.maximum | double precision
column | public.system_metrics_overview.metric_name | text
column | public.system_metrics_overview.minimum | double precision
column | public.system_metrics_overview.organization_id | uuid
column | public.system_metrics_overview.percentile_95 | double precision
column | public.system_metrics_overview.samples | bigint
column | public.system_metrics_overview.unit | text
column | public.workflow_definitions.created_at | timestamp with time zone not null default now()
column | public.workflow_definitions.definition | jsonb not null default '{}'::jsonb
column | public.workflow_definitions.id | uuid not null default gen_random_uuid()
column | public.workflow_definitions.is_active | boolean not null default false
column | public.workflow_definitions.last_run_at | timestamp with time zone
column | public.workflow_definitions.name | text not null
column | public.workflow_definitions.next_run_at | timestamp with time zone
column | public.workflow_definitions.organization_id | uuid not null
column | public.workflow_definitions.updated_at | timestamp with time zone not null default now()
column | public.workflow_execution_logs.details | jsonb not null default '{}'::jsonb
column | public.workflow_execution_logs.error | text
column | public.workflow_execution_logs.finished_at | timestamp with time zone
column | public.workflow_execution_logs.id | uuid not null default gen_random_uuid()
column | public.workflow_execution_logs.organization_id | uuid not null
column | public.workflow_execution_logs.started_at | timestamp with time zone not null default now()
column | public.workflow_execution_logs.status | text not null default 'running'::text
column | public.workflow_execution_logs.workflow_id | uuid not null
comments | release objects without one | none
constraint | private.archived_integrations.archived_integrations_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | private.archived_integrations.archived_integrations_pkey | PRIMARY KEY (organization_id, integration_id)
constraint | private.integration_credentials.integration_credentials_ciphertext_check | CHECK ((octet_length(ciphertext) >= 16))
constraint | private.integration_credentials.integration_credentials_integration_of_organization_fkey | FOREIGN KEY (organization_id, integration_id) REFERENCES public.integrations(organization_id, id) ON DELETE CASCADE
constraint | private.integration_credentials.integration_credentials_key_id_check | CHECK (((length(key_id) >= 1) AND (length(key_id) <= 200)))
constraint | private.integration_credentials.integration_credentials_nonce_check | CHECK ((octet_length(nonce) = 12))
constraint | private.integration_credentials.integration_credentials_pkey | PRIMARY KEY (organization_id, integration_id)
constraint | private.integration_credentials.integration_credentials_wrapped_key_check | CHECK ((octet_length(wrapped_key) = 48))
constraint | private.integration_credentials.integration_credentials_wrapped_key_nonce_check | CHECK ((octet_length(wrapped_key_nonce) = 12))
constraint | public.agent_executions.agent_executions_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.agent_executions.agent_executions_pkey | PRIMARY KEY (id)
constraint | public.agent_executions.agent_executions_status_check | CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'failed'::text])))
constraint | public.agent_executions.agent_executions_tokens_used_check | CHECK ((tokens_used >= 0))
constraint | public.api_rate_limits.api_rate_limits_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.api_rate_limits.api_rate_limits_pkey | PRIMARY KEY (id)
constraint | public.api_rate_limits.api_rate_limits_request_count_check | CHECK ((request_count > 0))
constraint | public.audit_logs.audit_logs_action_check | CHECK ((action ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
constraint | public.audit_logs.audit_logs_actor_id_fkey | FOREIGN KEY (actor_id) REFERENCES auth.users(id) ON DELETE SET NULL
constraint | public.audit_logs.audit_logs_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.audit_logs.audit_logs_pkey | PRIMARY KEY (id)
constraint | public.automation_requests.automation_requests_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.automation_requests.automation_requests_pkey | PRIMARY KEY (id)
constraint | public.automation_requests.automation_requests_request_type_check | CHECK ((request_type ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
constraint | public.automation_requests.automation_requests_requested_by_fkey | FOREIGN KEY (requested_by) REFERENCES auth.users(id) ON DELETE SET NULL
constraint | public.automation_requests.automation_requests_status_check | CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text])))
constraint | public.contacts.contacts_full_name_check | CHECK (((length(btrim(full_name)) >= 1) AND (length(btrim(full_name)) <= 300)))
constraint | public.contacts.contacts_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.contacts.contacts_organization_id_id_key | UNIQUE (organization_id, id)
constraint | public.contacts.contacts_pkey | PRIMARY KEY (id)
constraint | public.crm_events.crm_events_contact_of_organization_fkey | FOREIGN KEY (organization_id, contact_id) REFERENCES public.contacts(organization_id, id) ON DELETE SET NULL (contact_id)
constraint | public.crm_events.crm_events_event_type_check | CHECK ((event_type ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
constraint | public.crm_events.crm_events_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.crm_events.crm_events_pkey | PRIMARY KEY (id)
constraint | public.data_classifications.data_classifications_class_check | CHECK ((class = ANY (ARRAY['public'::text, 'internal'::text, 'confidential'::text, 'personal'::text, 'secret'::text])))
constraint | public.data_classifications.data_classifications_on_erasure_check | CHECK ((on_erasure = ANY (ARRAY['keep'::text, 'clear'::text, 'delete'::text])))
constraint | public.data_classifications.data_classifications_pkey | PRIMARY KEY (schema_name, table_name, column_name)
constraint | public.data_erasures.data_erasures_performed_by_fkey | FOREIGN KEY (performed_by) REFERENCES auth.users(id) ON DELETE SET NULL
constraint | public.data_erasures.data_erasures_pkey | PRIMARY KEY (id)
constraint | public.data_erasures.data_erasures_reason_check | CHECK ((length(reason) <= 2000))
constraint | public.data_erasures.data_erasures_requested_by_check | CHECK ((requested_by = ANY (ARRAY['user'::text, 'super_admin'::text, 'service'::text])))
constraint | public.data_erasures.data_erasures_subject_digest_check | CHECK ((subject_digest ~ '^[0-9a-f]{64}$'::text))
constraint | public.index_health_reports.index_health_reports_checked_at_index_key | UNIQUE (checked_at, schema_name, index_name)
constraint | public.index_health_reports.index_health_reports_pkey | PRIMARY KEY (id)
constraint | public.index_health_reports.index_health_reports_verdict_check | CHECK ((verdict = ANY (ARRAY['healthy'::text, 'invalid'::text, 'duplicate'::text, 'unused'::text])))
constraint | public.integration_types.integration_types_integration_type_check | CHECK ((integration_type ~ '^[a-z][a-z0-9_]{0,49}$'::text))
constraint | public.integration_types.integration_types_pkey | PRIMARY KEY (integration_type)
constraint | public.integration_usage_events.integration_usage_events_duration_ms_check | CHECK (((duration_ms >= (0)::double precision) AND (duration_ms < 'Infinity'::double precision)))
constraint | public.integration_usage_events.integration_usage_events_error_code_check | CHECK (((error_code IS NULL) OR ((length(error_code) <= 200) AND (NOT is_success))))
constraint | public.integration_usage_events.integration_usage_events_event_type_check | CHECK ((event_type ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
constraint | public.integration_usage_events.integration_usage_events_integration_of_organization_fkey | FOREIGN KEY (organization_id, integration_id) REFERENCES public.integrations(organization_id, id) ON DELETE CASCADE
constraint | public.integration_usage_events.integration_usage_events_pkey | PRIMARY KEY (id, occurred_at)
constraint | public.integration_usage_statistics.integration_usage_statistics_calls_check | CHECK (((calls > 0) AND ((failures >= 0) AND (failures <= calls)) AND ((timed_calls >= 0) AND (timed_calls <= calls))))
constraint | public.integration_usage_statistics.integration_usage_statistics_integration_of_organization_fkey | FOREIGN KEY (organization_id, integration_id) REFERENCES public.integrations(organization_id, id) ON DELETE CASCADE
constraint | public.integration_usage_statistics.integration_usage_statistics_pkey | PRIMARY KEY (organization_id, integration_id, usage_date)
constraint | public.integrations.integrations_configuration_check | CHECK ((jsonb_typeof(configuration) = 'object'::text))
constraint | public.integrations.integrations_id_organization_id_key | UNIQUE (id, organization_id)
constraint | public.integrations.integrations_integration_type_fkey | FOREIGN KEY (integration_type) REFERENCES public.integration_types(integration_type)
constraint | public.integrations.integrations_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.integrations.integrations_organization_id_integration_type_key | UNIQUE (organization_id, integration_type)
constraint | public.integrations.integrations_pkey | PRIMARY KEY (id)
constraint | public.integrations.integrations_status_check | CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'error'::text, 'rate_limited'::text])))
constraint | public.notifications.notifications_channel_check | CHECK ((channel = ANY (ARRAY['in_app'::text, 'email'::text, 'sms'::text, 'push'::text])))
constraint | public.notifications.notifications_member_of_organization_fkey | FOREIGN KEY (organization_id, user_id) REFERENCES public.organization_members(organization_id, user_id) ON DELETE CASCADE
constraint | public.notifications.notifications_pkey | PRIMARY KEY (id)
constraint | public.notifications.notifications_status_check | CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text])))
constraint | public.opportunities.opportunities_closed_at_check | CHECK (((closed_at IS NULL) = (stage <> ALL (ARRAY['won'::text, 'lost'::text]))))
constraint | public.opportunities.opportunities_contact_of_organization_fkey | FOREIGN KEY (organization_id, contact_id) REFERENCES public.contacts(organization_id, id) ON DELETE SET NULL (contact_id)
constraint | public.opportunities.opportunities_currency_check | CHECK ((currency ~ '^[A-Z]{3}$'::text))
constraint | public.opportunities.opportunities_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.opportunities.opportunities_pkey | PRIMARY KEY (id)
constraint | public.opportunities.opportunities_stage_check | CHECK ((stage = ANY (ARRAY['lead'::text, 'qualified'::text, 'proposal'::text, 'negotiation'::text, 'won'::text, 'lost'::text])))
constraint | public.opportunities.opportunities_title_check | CHECK (((length(btrim(title)) >= 1) AND (length(btrim(title)) <= 300)))
constraint | public.opportunities.opportunities_value_check | CHECK ((value >= (0)::numeric))
constraint | public.organization_members.organization_members_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.organization_members.organization_members_pkey | PRIMARY KEY (organization_id, user_id)
constraint | public.organization_members.organization_members_role_check | CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text, 'admin'::text, 'owner'::text])))
constraint | public.organization_members.organization_members_status_check | CHECK ((status = ANY (ARRAY['active'::text, 'invited'::text, 'suspended'::text])))
constraint | public.organization_members.organization_members_user_id_fkey | FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
constraint | public.organizations.organizations_name_check | CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200)))
constraint | public.organizations.organizations_pkey | PRIMARY KEY (id)
constraint | public.profiles.profiles_id_fkey | FOREIGN KEY (id) REFERENCES auth.users(id) ON DELETE CASCADE
constraint | public.profiles.profiles_pkey | PRIMARY KEY (id)
constraint | public.security_events.security_events_details_check | CHECK ((jsonb_typeof(details) = 'object'::text))
constraint | public.security_events.security_events_event_type_check | CHECK ((event_type ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
constraint | public.security_events.security_events_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.security_events.security_events_pkey | PRIMARY KEY (id)
constraint | public.security_events.security_events_severity_check | CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
constraint | public.security_events.security_events_user_id_fkey | FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE SET NULL
constraint | public.system_alert_history.system_alert_history_acknowledged_by_fkey | FOREIGN KEY (acknowledged_by) REFERENCES auth.users(id) ON DELETE SET NULL
constraint | public.system_alert_history.system_alert_history_note_check | CHECK ((length(note) <= 2000))
constraint | public.system_alert_history.system_alert_history_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.system_alert_history.system_alert_history_pkey | PRIMARY KEY (id)
constraint | public.system_alert_history.system_alert_history_resolved_at_check | CHECK (((status = 'resolved'::text) = (resolved_at IS NOT NULL)))
constraint | public.system_alert_history.system_alert_history_resolved_by_fkey | FOREIGN KEY (resolved_by) REFERENCES auth.users(id) ON DELETE SET NULL
constraint | public.system_alert_history.system_alert_history_rule_id_fkey | FOREIGN KEY (rule_id) REFERENCES public.system_alert_rules(id) ON DELETE SET NULL
constraint | public.system_alert_history.system_alert_history_severity_check | CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
constraint | public.system_alert_history.system_alert_history_status_check | CHECK ((status = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text])))
constraint | public.system_alert_rules.system_alert_rules_aggregate_check | CHECK ((aggregate = ANY (ARRAY['last'::text, 'avg'::text, 'min'::text, 'max'::text, 'sum'::text, 'count'::text])))
constraint | public.system_alert_rules.system_alert_rules_comparison_check | CHECK ((comparison = ANY (ARRAY['>'::text, '>='::text, '<'::text, '<='::text, '='::text])))
constraint | public.system_alert_rules.system_alert_rules_metric_name_check | CHECK ((metric_name ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
constraint | public.system_alert_rules.system_alert_rules_name_check | CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200)))
constraint | public.system_alert_rules.system_alert_rules_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.system_alert_rules.system_alert_rules_organization_id_name_key | UNIQUE NULLS NOT DISTINCT (organization_id, name)
constraint | public.system_alert_rules.system_alert_rules_pkey | PRIMARY KEY (id)
constraint | public.system_alert_rules.system_alert_rules_scope_check | CHECK ( CASE WHEN (organization_id IS NULL) THEN (scope = ANY (ARRAY['system'::text, 'every_organization'::text])) ELSE (scope = 'organization'::text) END)
constraint | public.system_alert_rules.system_alert_rules_severity_check | CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
constraint | public.system_alert_rules.system_alert_rules_threshold_check | CHECK (((threshold > '-Infinity'::double precision) AND (threshold < 'Infinity'::double precision)))
constraint | public.system_alert_rules.system_alert_rules_window_seconds_check | CHECK (((window_seconds >= 60) AND (window_seconds <= 2592000)))
constraint | public.system_health_checks.system_health_checks_component_check | CHECK ((component ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
constraint | public.system_health_checks.system_health_checks_details_check | CHECK ((jsonb_typeof(details) = 'object'::text))
constraint | public.system_health_checks.system_health_checks_latency_ms_check | CHECK (((latency_ms >= (0)::double precision) AND (latency_ms < 'Infinity'::double precision)))
constraint | public.system_health_checks.system_health_checks_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.system_health_checks.system_health_checks_pkey | PRIMARY KEY (id, checked_at)
constraint | public.system_health_checks.system_health_checks_status_check | CHECK ((status = ANY (ARRAY['healthy'::text, 'degraded'::text, 'unhealthy'::text, 'unknown'::text])))
constraint | public.system_health_metrics.system_health_metrics_labels_check | CHECK ((jsonb_typeof(labels) = 'object'::text))
constraint | public.system_health_metrics.system_health_metrics_metric_name_check | CHECK ((metric_name ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
constraint | public.system_health_metrics.system_health_metrics_metric_value_check | CHECK (((metric_value > '-Infinity'::double precision) AND (metric_value < 'Infinity'::double precision)))
constraint | public.system_health_metrics.system_health_metrics_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.system_health_metrics.system_health_metrics_pkey | PRIMARY KEY (id, recorded_at)
constraint | public.workflow_definitions.workflow_definitions_name_check | CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200)))
constraint | public.workflow_definitions.workflow_definitions_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
constraint | public.workflow_definitions.workflow_definitions_organization_id_id_key | UNIQUE (organization_id, id)
constraint | public.workflow_definitions.workflow_definitions_pkey | PRIMARY KEY (id)
constraint | public.workflow_execution_logs.workflow_execution_logs_pkey | PRIMARY KEY (id)
constraint | public.workflow_execution_logs.workflow_execution_logs_status_check | CHECK ((status = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
constraint | public.workflow_execution_logs.workflow_execution_logs_workflow_id_fkey | FOREIGN KEY (workflow_id) REFERENCES public.workflow_definitions(id) ON DELETE CASCADE
constraint | public.workflow_execution_logs.workflow_execution_logs_workflow_of_organization_fkey | FOREIGN KEY (organization_id, workflow_id) REFERENCES public.workflow_definitions(organization_id, id) ON DELETE CASCADE
default privileges | for clients in public | none
function | private.caller_is_service() | () returns boolean, sql stable parallel safe, set search_path=pg_catalog, pg_temp, body 549decdb0f42
function | private.caller_is_super_admin() | () returns boolean, sql stable parallel safe, set search_path=pg_catalog, pg_temp, body 7742c1a4bc75
function | private.caller_may_handle_alert(uuid) | (organization_id uuid) returns boolean, sql stable, set search_path=pg_catalog, pg_temp, body 2cf212671258
function | private.count_integration_usage() | () returns trigger, plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body c0b22713070a
function | private.erase_user(uuid,text,text) | (p_user_id uuid, p_requested_by text, p_reason text) returns jsonb, plpgsql volatile, set search_path=pg_catalog, pg_temp, body f55bc260d3ea
function | private.fill_workflow_log_organization() | () returns trigger, plpgsql volatile, set search_path=pg_catalog, pg_temp, body 765a3b5559bc
function | private.first_organization_of_super_admin() | () returns uuid, sql stable parallel safe, set search_path=pg_catalog, pg_temp, body d9eb56a4c476
function | private.keep_by_month(regclass,interval) | (relation regclass, keep interval) returns bigint, plpgsql volatile, set search_path=pg_catalog, pg_temp, TimeZone=UTC, lock_timeout=500ms, body 63c0aceb452c
function | private.keep_organization() | () returns trigger, plpgsql volatile, set search_path=pg_catalog, pg_temp, body 74fc1b781acd
function | private.keep_record() | () returns trigger, plpgsql volatile, set search_path=pg_catalog, pg_temp, body 5982d6e24b45
function | private.organizations_of_caller(text) | (minimum_role text DEFAULT 'viewer'::text) returns uuid[], sql stable security definer parallel safe, set search_path=pg_catalog, pg_temp, body d5cb6e82d7ae
function | private.organizations_open_to_caller(text) | (minimum_role text DEFAULT 'viewer'::text) returns uuid[], sql stable security definer parallel safe, set search_path=pg_catalog, pg_temp, body 5340ced93b74
function | private.require_columns(text,text[]) | (relation text, columns text[]) returns void, plpgsql stable, set search_path=pg_catalog, pg_temp, body af43924d1ac9
function | private.require_partitioned(text,text) | (relation text, key text) returns void, plpgsql stable, set search_path=pg_catalog, pg_temp, body 104733c82744
function | private.require_single_function(text[]) | (names text[]) returns void, plpgsql stable, set search_path=pg_catalog, pg_temp, body 1720965580fd
function | private.require_valid_indexes(text[]) | (names text[]) returns void, plpgsql stable, set search_path=pg_catalog, pg_temp, body 3c3d00a40a21
function | private.set_updated_at() | () returns trigger, plpgsql volatile, set search_path=pg_catalog, pg_temp, body 418930458071
function | private.view_can_be_replaced(text,text[]) | (relation text, columns text[]) returns boolean, sql stable, set search_path=pg_catalog, pg_temp, body 6d4ee6c3b0da
function | private.without_identifiers(jsonb,text[]) | (document jsonb, identifiers text[]) returns jsonb, plpgsql immutable, set search_path=pg_catalog, pg_temp, body 764f6522f2e3
function | private.write_audit_log() | () returns trigger, plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 1c213e1600e6
function | public.acknowledge_alert(uuid,text) | (p_alert_id uuid, p_note text DEFAULT NULL::text) returns public.system_alert_history, plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 2e6087c4d35b
function | public.check_rate_limit(uuid,text,integer,integer,integer) | (p_organization_id uuid, p_endpoint text, p_limit integer, p_window_seconds integer DEFAULT 60, p_requests integer DEFAULT 1) returns TABLE(is_allowed boolean, used bigint, remaining bigint, resets_at timestamp with time zone), plpgsql volatile, set search_path=pg_catalog, pg_temp, body 571882ce289b
function | public.cleanup_inactive_integrations(interval,interval,boolean) | (p_unused_for interval DEFAULT '90 days'::interval, p_remove_after interval DEFAULT '180 days'::interval, p_is_rehearsal boolean DEFAULT false) returns TABLE(organization_id uuid, integration_id uuid, integration_type text, outcome text), plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 44f5560d77e9
function | public.erase_my_data(text) | (p_reason text DEFAULT ''::text) returns jsonb, plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 0e4e6e23792a
function | public.erase_user_data(uuid,text) | (p_user_id uuid, p_reason text DEFAULT ''::text) returns jsonb, plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body cdac16a96b95
function | public.evaluate_alert_rules() | () returns TABLE(rule_id uuid, organization_id uuid, outcome text, observed_value double precision), plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 299496d86bc4
function | public.integration_health(uuid) | (p_organization_id uuid) returns TABLE(integration_id uuid, integration_type text, health text, reasons text[], failure_ratio_24_hours double precision, last_sync_at timestamp with time zone, last_error text), sql stable, set search_path=pg_catalog, pg_temp, body c89016a09b69
function | public.purge_health_history(interval) | (p_keep interval DEFAULT '90 days'::interval) returns TABLE(relation text, removed bigint), plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 17a8caf133e6
function | public.purge_usage_history(interval) | (p_keep interval DEFAULT '90 days'::interval) returns TABLE(relation text, removed bigint), plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 26fe859c9d54
function | public.record_health_check(text,text,uuid,double precision,jsonb) | (p_component text, p_status text, p_organization_id uuid DEFAULT NULL::uuid, p_latency_ms double precision DEFAULT NULL::double precision, p_details jsonb DEFAULT '{}'::jsonb) returns uuid, sql volatile, set search_path=pg_catalog, pg_temp, body 63027ada6bff
function | public.record_health_metric(text,double precision,uuid,text,jsonb) | (p_metric_name text, p_metric_value double precision, p_organization_id uuid DEFAULT NULL::uuid, p_unit text DEFAULT NULL::text, p_labels jsonb DEFAULT '{}'::jsonb) returns uuid, sql volatile, set search_path=pg_catalog, pg_temp, body cc1317000db8
function | public.record_index_health() | () returns TABLE(verdict text, indexes bigint), plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body c3313d384a45
function | public.record_integration_health() | () returns TABLE(checks bigint, metrics bigint), plpgsql volatile, set search_path=pg_catalog, pg_temp, body 485b29531b2d
function | public.record_integration_usage(uuid,text,boolean,double precision,text) | (p_integration_id uuid, p_event_type text, p_is_success boolean DEFAULT true, p_duration_ms double precision DEFAULT NULL::double precision, p_error_code text DEFAULT NULL::text) returns uuid, plpgsql volatile, set search_path=pg_catalog, pg_temp, body ef6abb617269
function | public.record_security_event(text,text,uuid,uuid,inet,text,jsonb) | (p_event_type text, p_severity text DEFAULT 'info'::text, p_organization_id uuid DEFAULT NULL::uuid, p_user_id uuid DEFAULT NULL::uuid, p_source_ip inet DEFAULT NULL::inet, p_user_agent text DEFAULT NULL::text, p_details jsonb DEFAULT '{}'::jsonb) returns uuid, sql volatile, set search_path=pg_catalog, pg_temp, body b76904194a2e
function | public.resolve_alert(uuid,text) | (p_alert_id uuid, p_note text DEFAULT NULL::text) returns public.system_alert_history, plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 0bf60748b85a
function | public.restore_archived_integration(uuid) | (p_integration_id uuid) returns public.integrations, plpgsql volatile security definer, set search_path=pg_catalog, pg_temp, body 5617e1325b82
function | public.search_audit_logs(text,uuid,integer,timestamp with time zone) | (p_query text, p_organization_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 50, p_before timestamp with time zone DEFAULT NULL::timestamp with time zone) returns SETOF public.audit_logs, plpgsql stable security definer, set search_path=pg_catalog, pg_temp, body 7585084877df
function | public.search_contacts(uuid,text,integer) | (organization uuid, query text, max_rows integer DEFAULT 50) returns TABLE(id uuid, full_name text, company text, email text, phone text, last_contact_at timestamp with time zone, rank real), plpgsql stable security definer, set search_path=pg_catalog, pg_temp, body e3c48b45c848
function | public.security_posture() | () returns TABLE(finding text, object text, detail text), sql stable, set search_path=pg_catalog, pg_temp, body 52ca854985e8
grant | column public.notifications.read_at to authenticated | update
grant | column public.organizations.name to authenticated | update
grant | column public.profiles.full_name to authenticated | insert, update
grant | column public.profiles.id to authenticated | insert
grant | column public.profiles.locale to authenticated | insert, update
grant | column public.system_alert_rules.aggregate to authenticated | insert, update
grant | column public.system_alert_rules.comparison to authenticated | insert, update
grant | column public.system_alert_rules.description to authenticated | insert, update
grant | column public.system_alert_rules.is_enabled to authenticated | insert, update
grant | column public.system_alert_rules.metric_name to authenticated | insert, update
grant | column public.system_alert_rules.name to authenticated | insert, update
grant | column public.system_alert_rules.organization_id to authenticated | insert
grant | column public.system_alert_rules.scope to authenticated | insert
grant | column public.system_alert_rules.severity to authenticated | insert, update
grant | column public.system_alert_rules.threshold to authenticated | insert, update
grant | column public.system_alert_rules.window_seconds to authenticated | insert, update
grant | function private.caller_is_super_admin() to authenticated | execute
grant | function private.caller_is_super_admin() to service_role | execute
grant | function private.first_organization_of_super_admin() to authenticated | execute
grant | function private.first_organization_of_super_admin() to service_role | execute
grant | function private.organizations_of_caller(text) to authenticated | execute
grant | function private.organizations_of_caller(text) to service_role | execute
grant | function private.organizations_open_to_caller(text) to authenticated | execute
grant | function private.organizations_open_to_caller(text) to service_role | execute
grant | function public.acknowledge_alert(uuid,text) to authenticated | execute
grant | function public.acknowledge_alert(uuid,text) to service_role | execute
grant | function public.check_rate_limit(uuid,text,integer,integer,integer) to service_role | execute
grant | function public.cleanup_inactive_integrations(interval,interval,boolean) to service_role | execute
grant | function public.erase_my_data(text) to authenticated | execute
grant | function public.erase_user_data(uuid,text) to authenticated | execute
grant | function public.erase_user_data(uuid,text) to service_role | execute
grant | function public.evaluate_alert_rules() to service_role | execute
grant | function public.integration_health(uuid) to authenticated | execute
grant | function public.integration_health(uuid) to service_role | execute
grant | function public.purge_health_history(interval) to service_role | execute
grant | function public.purge_usage_history(interval) to service_role | execute
grant | function public.record_health_check(text,text,uuid,double precision,jsonb) to service_role | execute
grant | function public.record_health_metric(text,double precision,uuid,text,jsonb) to service_role | execute
grant | function public.record_index_health() to service_role | execute
grant | function public.record_integration_health() to service_role | execute
grant | function public.record_integration_usage(uuid,text,boolean,double precision,text) to service_role | execute
grant | function public.record_security_event(text,text,uuid,uuid,inet,text,jsonb) to service_role | execute
grant | function public.resolve_alert(uuid,text) to authenticated | execute
grant | function public.resolve_alert(uuid,text) to service_role | execute
grant | function public.restore_archived_integration(uuid) to service_role | execute
grant | function public.search_audit_logs(text,uuid,integer,timestamp with time zone) to authenticated | execute
grant | function public.search_audit_logs(text,uuid,integer,timestamp with time zone) to service_role | execute
grant | function public.search_contacts(uuid,text,integer) to authenticated | execute
grant | function public.security_posture() to service_role | execute
grant | schema private to authenticated | usage
grant | schema private to service_role | usage
grant | table private.archived_integrations to service_role | select
grant | table private.integration_credentials to service_role | delete, insert, select, update
grant | table public.agent_executions to authenticated | select
grant | table public.agent_executions to service_role | delete, insert, select, update
grant | table public.api_rate_limits to authenticated | select
grant | table public.api_rate_limits to service_role | delete, insert, select, update
grant | table public.audit_logs to authenticated | select
grant | table public.audit_logs to service_role | insert, select
grant | table public.automation_requests to authenticated | insert, select
grant | table public.automation_requests to service_role | delete, insert, select, update
grant | table public.contacts to authenticated | delete, insert, select, update
grant | table public.contacts to service_role | delete, insert, select, update
grant | table public.crm_events to authenticated | insert, select
grant | table public.crm_events to service_role | delete, insert, select, update
grant | table public.data_classification_overview to service_role | select
grant | table public.data_classifications to authenticated | select
grant | table public.data_classifications to service_role | delete, insert, select, update
grant | table public.data_erasures to authenticated | select
grant | table public.data_erasures to service_role | select
grant | table public.index_health_overview to authenticated | select
grant | table public.index_health_overview to service_role | select
grant | table public.index_health_reports to authenticated | select
grant | table public.index_health_reports to service_role | select
grant | table public.integration_dashboard to authenticated | select
grant | table public.integration_dashboard to service_role | select
grant | table public.integration_types to authenticated | select
grant | table public.integration_types to service_role | delete, insert, select, update
grant | table public.integration_usage_events to authenticated | select
grant | table public.integration_usage_events to service_role | insert, select
grant | table public.integration_usage_statistics to authenticated | select
grant | table public.integration_usage_statistics to service_role | select
grant | table public.integrations to authenticated | delete, insert, select, update
grant | table public.integrations to service_role | delete, insert, select, update
grant | table public.notifications to authenticated | select
grant | table public.notifications to service_role | delete, insert, select, update
grant | table public.opportunities to authenticated | delete, insert, select, update
grant | table public.opportunities to service_role | delete, insert, select, update
grant | table public.organization_members to authenticated | select
grant | table public.organization_members to service_role | delete, insert, select, update
grant | table public.organizations to authenticated | select
grant | table public.organizations to service_role | delete, insert, select, update
grant | table public.profiles to authenticated | select
grant | table public.profiles to service_role | delete, insert, select, update
grant | table public.security_events to authenticated | select
grant | table public.security_events to service_role | insert, select
grant | table public.security_events_overview to authenticated | select
grant | table public.security_events_overview to service_role | select
grant | table public.system_alert_history to authenticated | select
grant | table public.system_alert_history to service_role | select
grant | table public.system_alert_rules to authenticated | delete, select
grant | table public.system_alert_rules to service_role | delete, insert, select, update
grant | table public.system_alerts_overview to authenticated | select
grant | table public.system_alerts_overview to service_role | select
grant | table public.system_health_checks to authenticated | select
grant | table public.system_health_checks to service_role | insert, select
grant | table public.system_health_metrics to authenticated | select
grant | table public.system_health_metrics to service_role | insert, select
grant | table public.system_health_overview to authenticated | select
grant | table public.system_health_overview to service_role | select
grant | table public.system_metrics_overview to authenticated | select
grant | table public.system_metrics_overview to service_role | select
grant | table public.workflow_definitions to authenticated | delete, insert, select, update
grant | table public.workflow_definitions to service_role | delete, insert, select, update
grant | table public.workflow_execution_logs to authenticated | select
grant | table public.workflow_execution_logs to service_role | delete, insert, select, update
index | public.idx_active_integrations | CREATE INDEX idx_active_integrations ON public.integrations USING btree (organization_id, integration_type) WHERE is_active
index | public.idx_agent_executions_status | CREATE INDEX idx_agent_executions_status ON public.agent_executions USING btree (organization_id, status, started_at DESC)
index | public.idx_api_rate_limits_cleanup | CREATE INDEX idx_api_rate_limits_cleanup ON public.api_rate_limits USING btree (window_start)
index | public.idx_api_rate_limits_window | CREATE INDEX idx_api_rate_limits_window ON public.api_rate_limits USING btree (organization_id, endpoint, window_start) INCLUDE (request_count)
index | public.idx_audit_logs_actor | CREATE INDEX idx_audit_logs_actor ON public.audit_logs USING btree (actor_id) WHERE (actor_id IS NOT NULL)
index | public.idx_audit_logs_organization_time | CREATE INDEX idx_audit_logs_organization_time ON public.audit_logs USING btree (organization_id, created_at DESC)
index | public.idx_audit_logs_search | CREATE INDEX idx_audit_logs_search ON public.audit_logs USING gin ((((array_to_tsvector(ARRAY[(organization_id)::text]) || to_tsvector('simple'::regconfig, ((((action || ' '::text) || translate(action, '._'::text, ' '::text)) || ' '::text) || entity_type))) || jsonb_to_tsvector('simple'::regconfig, CASE WHEN (octet_length((details)::text) < 500000) THEN details ELSE '{}'::jsonb END, '["string", "numeric"]'::jsonb))))
index | public.idx_automation_requests_organization | CREATE INDEX idx_automation_requests_organization ON public.automation_requests USING btree (organization_id, created_at DESC)
index | public.idx_automation_requests_pending | CREATE INDEX idx_automation_requests_pending ON public.automation_requests USING btree (run_after) WHERE (status = 'pending'::text)
index | public.idx_automation_requests_requested_by | CREATE INDEX idx_automation_requests_requested_by ON public.automation_requests USING btree (requested_by)
index | public.idx_contacts_last_contact | CREATE INDEX idx_contacts_last_contact ON public.contacts USING btree (organization_id, last_contact_at NULLS FIRST)
index | public.idx_contacts_name | CREATE INDEX idx_contacts_name ON public.contacts USING btree (organization_id, full_name) INCLUDE (id)
index | public.idx_contacts_search | CREATE INDEX idx_contacts_search ON public.contacts USING gin (((array_to_tsvector(ARRAY[(organization_id)::text]) || to_tsvector('simple'::regconfig, ((((((full_name || ' '::text) || COALESCE(company, ''::text)) || ' '::text) || COALESCE(email, ''::text)) || ' '::text) || COALESCE(notes, ''::text))))))
index | public.idx_crm_events_contact | CREATE INDEX idx_crm_events_contact ON public.crm_events USING btree (organization_id, contact_id)
index | public.idx_crm_events_date | CREATE INDEX idx_crm_events_date ON public.crm_events USING btree (organization_id, occurred_at DESC)
index | public.idx_data_erasures_performed_by | CREATE INDEX idx_data_erasures_performed_by ON public.data_erasures USING btree (performed_by) WHERE (performed_by IS NOT NULL)
index | public.idx_index_health_reports_index | CREATE INDEX idx_index_health_reports_index ON public.index_health_reports USING btree (schema_name, index_name, checked_at DESC)
index | public.idx_integration_usage_events_integration | CREATE INDEX idx_integration_usage_events_integration ON ONLY public.integration_usage_events USING btree (organization_id, integration_id, occurred_at DESC)
index | public.idx_integration_usage_events_occurred | CREATE INDEX idx_integration_usage_events_occurred ON ONLY public.integration_usage_events USING btree (occurred_at)
index | public.idx_integrations_activity | CREATE INDEX idx_integrations_activity ON public.integrations USING btree (is_active, updated_at)
index | public.idx_integrations_status | CREATE INDEX idx_integrations_status ON public.integrations USING btree (status, updated_at DESC)
index | public.idx_integrations_type | CREATE INDEX idx_integrations_type ON public.integrations USING btree (integration_type, last_sync_at NULLS FIRST)
index | public.idx_notifications_pending | CREATE INDEX idx_notifications_pending ON public.notifications USING btree (scheduled_at) WHERE (status = 'pending'::text)
index | public.idx_notifications_receiver | CREATE INDEX idx_notifications_receiver ON public.notifications USING btree (organization_id, user_id, created_at DESC)
index | public.idx_opportunities_contact | CREATE INDEX idx_opportunities_contact ON public.opportunities USING btree (organization_id, contact_id)
index | public.idx_opportunities_open | CREATE INDEX idx_opportunities_open ON public.opportunities USING btree (organization_id, stage, value DESC) WHERE (closed_at IS NULL)
index | public.idx_organization_members_user | CREATE INDEX idx_organization_members_user ON public.organization_members USING btree (user_id)
index | public.idx_security_events_organization | CREATE INDEX idx_security_events_organization ON public.security_events USING btree (organization_id, occurred_at DESC)
index | public.idx_security_events_user | CREATE INDEX idx_security_events_user ON public.security_events USING btree (user_id) WHERE (user_id IS NOT NULL)
index | public.idx_system_alert_history_acknowledged_by | CREATE INDEX idx_system_alert_history_acknowledged_by ON public.system_alert_history USING btree (acknowledged_by) WHERE (acknowledged_by IS NOT NULL)
index | public.idx_system_alert_history_organization | CREATE INDEX idx_system_alert_history_organization ON public.system_alert_history USING btree (organization_id, fired_at DESC)
index | public.idx_system_alert_history_resolved_by | CREATE INDEX idx_system_alert_history_resolved_by ON public.system_alert_history USING btree (resolved_by) WHERE (resolved_by IS NOT NULL)
index | public.idx_system_alert_history_rule | CREATE INDEX idx_system_alert_history_rule ON public.system_alert_history USING btree (rule_id)
index | public.idx_system_alert_history_unresolved | CREATE UNIQUE INDEX idx_system_alert_history_unresolved ON public.system_alert_history USING btree (rule_id, organization_id) NULLS NOT DISTINCT WHERE ((status <> 'resolved'::text) AND (rule_id IS NOT NULL))
index | public.idx_system_health_checks_checked | CREATE INDEX idx_system_health_checks_checked ON ONLY public.system_health_checks USING btree (checked_at)
index | public.idx_system_health_checks_component | CREATE INDEX idx_system_health_checks_component ON ONLY public.system_health_checks USING btree (organization_id, component, checked_at DESC)
index | public.idx_system_health_metrics_recorded | CREATE INDEX idx_system_health_metrics_recorded ON ONLY public.system_health_metrics USING btree (recorded_at)
index | public.idx_system_health_metrics_series | CREATE INDEX idx_system_health_metrics_series ON ONLY public.system_health_metrics USING btree (organization_id, metric_name, recorded_at DESC)
index | public.idx_workflow_definitions_activity | CREATE INDEX idx_workflow_definitions_activity ON public.workflow_definitions USING btree (organization_id, is_active, last_run_at DESC NULLS LAST)
index | public.idx_workflow_definitions_due | CREATE INDEX idx_workflow_definitions_due ON public.workflow_definitions USING btree (next_run_at) WHERE is_active
index | public.idx_workflow_execution_logs_failed | CREATE INDEX idx_workflow_execution_logs_failed ON public.workflow_execution_logs USING btree (organization_id, started_at DESC) WHERE (status = 'failed'::text)
index | public.idx_workflow_execution_logs_time | CREATE INDEX idx_workflow_execution_logs_time ON public.workflow_execution_logs USING btree (organization_id, started_at DESC)
index | public.idx_workflow_execution_logs_workflow | CREATE INDEX idx_workflow_execution_logs_workflow ON public.workflow_execution_logs USING btree (workflow_id)
indexes | invalid ones | none
job | phase3-history-retention | at 47 3 * * *, runs ba175a33bba2
job | phase3-index-health | at 23 4 * * 0, runs f1d4ebc3c30f
job | phase3-integration-cleanup | at 17 3 * * *, runs 566b827acea7
job | phase3-integration-health | at */15 * * * *, runs b2bc7f0d2014
partitions | open to somebody by themselves | none
policy | public.agent_executions.agent_executions_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])))
policy | public.api_rate_limits.api_rate_limits_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])))
policy | public.audit_logs.audit_logs_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_open_to_caller('admin'::text) AS organizations_open_to_caller)::uuid[])))
policy | public.automation_requests.automation_requests_insert | permissive insert to authenticated with check (((organization_id = ANY (( SELECT private.organizations_of_caller('member'::text) AS organizations_of_caller)::uuid[])) AND (requested_by = ( SELECT auth.uid() AS uid)) AND (status = 'pending'::text)))
policy | public.automation_requests.automation_requests_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])))
policy | public.contacts.contacts_delete | permissive delete to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])))
policy | public.contacts.contacts_insert | permissive insert to authenticated with check ((organization_id = ANY (( SELECT private.organizations_of_caller('member'::text) AS organizations_of_caller)::uuid[])))
policy | public.contacts.contacts_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])))
policy | public.contacts.contacts_update | permissive update to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('member'::text) AS organizations_of_caller)::uuid[]))) with check ((organization_id = ANY (( SELECT private.organizations_of_caller('member'::text) AS organizations_of_caller)::uuid[])))
policy | public.crm_events.crm_events_insert | permissive insert to authenticated with check ((organization_id = ANY (( SELECT private.organizations_of_caller('member'::text) AS organizations_of_caller)::uuid[])))
policy | public.crm_events.crm_events_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])))
policy | public.data_classifications.data_classifications_select | permissive select to authenticated using (( SELECT private.caller_is_super_admin() AS caller_is_super_admin))
policy | public.data_erasures.data_erasures_select | permissive select to authenticated using (( SELECT private.caller_is_super_admin() AS caller_is_super_admin))
policy | public.index_health_reports.index_health_reports_select | permissive select to authenticated using (( SELECT private.caller_is_super_admin() AS caller_is_super_admin))
policy | public.integration_types.integration_types_select | permissive select to authenticated using (true)
policy | public.integration_usage_events.integration_usage_events_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_open_to_caller('viewer'::text) AS organizations_open_to_caller)::uuid[])))
policy | public.integration_usage_statistics.integration_usage_statistics_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_open_to_caller('viewer'::text) AS organizations_open_to_caller)::uuid[])))
policy | public.integrations.integrations_delete | permissive delete to authenticated using (((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])) OR ( SELECT private.caller_is_super_admin() AS caller_is_super_admin)))
policy | public.integrations.integrations_insert | permissive insert to authenticated with check (((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])) OR ( SELECT private.caller_is_super_admin() AS caller_is_super_admin)))
policy | public.integrations.integrations_select | permissive select to authenticated using (((organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])) OR ((organization_id >= ( SELECT private.first_organization_of_super_admin() AS first_organization_of_super_admin)) AND (organization_id <= 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) AND (( SELECT private.first_organization_of_super_admin() AS first_organization_of_super_admin) = '00000000-0000-0000-0000-000000000000'::uuid))))
policy | public.integrations.integrations_update | permissive update to authenticated using (((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])) OR ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))) with check (((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])) OR ( SELECT private.caller_is_super_admin() AS caller_is_super_admin)))
policy | public.notifications.notifications_select | permissive select to authenticated using (((user_id = ( SELECT auth.uid() AS uid)) AND (organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[]))))
policy | public.notifications.notifications_update | permissive update to authenticated using (((user_id = ( SELECT auth.uid() AS uid)) AND (organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])))) with check (((user_id = ( SELECT auth.uid() AS uid)) AND (organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[]))))
policy | public.opportunities.opportunities_delete | permissive delete to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])))
policy | public.opportunities.opportunities_insert | permissive insert to authenticated with check ((organization_id = ANY (( SELECT private.organizations_of_caller('member'::text) AS organizations_of_caller)::uuid[])))
policy | public.opportunities.opportunities_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])))
policy | public.opportunities.opportunities_update | permissive update to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('member'::text) AS organizations_of_caller)::uuid[]))) with check ((organization_id = ANY (( SELECT private.organizations_of_caller('member'::text) AS organizations_of_caller)::uuid[])))
policy | public.organization_members.organization_members_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_open_to_caller('viewer'::text) AS organizations_open_to_caller)::uuid[])))
policy | public.organizations.organizations_select | permissive select to authenticated using ((id = ANY (( SELECT private.organizations_open_to_caller('viewer'::text) AS organizations_open_to_caller)::uuid[])))
policy | public.organizations.organizations_update | permissive update to authenticated using ((id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[]))) with check ((id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])))
policy | public.profiles.profiles_insert | permissive insert to authenticated with check ((id = ( SELECT auth.uid() AS uid)))
policy | public.profiles.profiles_select | permissive select to authenticated using ((id = ( SELECT auth.uid() AS uid)))
policy | public.profiles.profiles_update | permissive update to authenticated using ((id = ( SELECT auth.uid() AS uid))) with check ((id = ( SELECT auth.uid() AS uid)))
policy | public.security_events.security_events_select | permissive select to authenticated using (((organization_id = ANY (( SELECT private.organizations_open_to_caller('admin'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))))
policy | public.system_alert_history.system_alert_history_select | permissive select to authenticated using (((organization_id = ANY (( SELECT private.organizations_open_to_caller('viewer'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))))
policy | public.system_alert_rules.system_alert_rules_delete | permissive delete to authenticated using (((organization_id = ANY (( SELECT private.organizations_open_to_caller('admin'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))))
policy | public.system_alert_rules.system_alert_rules_insert | permissive insert to authenticated with check (((organization_id = ANY (( SELECT private.organizations_open_to_caller('admin'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))))
policy | public.system_alert_rules.system_alert_rules_select | permissive select to authenticated using (((organization_id = ANY (( SELECT private.organizations_open_to_caller('viewer'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))))
policy | public.system_alert_rules.system_alert_rules_update | permissive update to authenticated using (((organization_id = ANY (( SELECT private.organizations_open_to_caller('admin'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin)))) with check (((organization_id = ANY (( SELECT private.organizations_open_to_caller('admin'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))))
policy | public.system_health_checks.system_health_checks_select | permissive select to authenticated using (((organization_id = ANY (( SELECT private.organizations_open_to_caller('viewer'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))))
policy | public.system_health_metrics.system_health_metrics_select | permissive select to authenticated using (((organization_id = ANY (( SELECT private.organizations_open_to_caller('viewer'::text) AS organizations_open_to_caller)::uuid[])) OR ((organization_id IS NULL) AND ( SELECT private.caller_is_super_admin() AS caller_is_super_admin))))
policy | public.workflow_definitions.workflow_definitions_delete | permissive delete to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])))
policy | public.workflow_definitions.workflow_definitions_insert | permissive insert to authenticated with check ((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])))
policy | public.workflow_definitions.workflow_definitions_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])))
policy | public.workflow_definitions.workflow_definitions_update | permissive update to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[]))) with check ((organization_id = ANY (( SELECT private.organizations_of_caller('admin'::text) AS organizations_of_caller)::uuid[])))
policy | public.workflow_execution_logs.workflow_execution_logs_select | permissive select to authenticated using ((organization_id = ANY (( SELECT private.organizations_of_caller('viewer'::text) AS organizations_of_caller)::uuid[])))
role | anon | subject to row security, member of nothing
role | authenticated | subject to row security, member of nothing
rows | known types among the seven that ship | 7
rows | workflow runs without organization | 0
table | private.archived_integrations | row security on
table | private.integration_credentials | row security on
table | private.integration_usage_events_default | row security on
table | private.system_health_checks_default | row security on
table | private.system_health_metrics_default | row security on
table | public.agent_executions | row security on
table | public.api_rate_limits | row security on
table | public.audit_logs | row security on
table | public.automation_requests | row security on
table | public.contacts | row security on
table | public.crm_events | row security on
table | public.data_classifications | row security on
table | public.data_erasures | row security on
table | public.index_health_reports | row security on
table | public.integration_types | row security on
table | public.integration_usage_events | row security on, partitioned by RANGE (occurred_at)
table | public.integration_usage_statistics | row security on
table | public.integrations | row security on
table | public.notifications | row security on
table | public.opportunities | row security on
table | public.organization_members | row security on
table | public.organizations | row security on
table | public.profiles | row security on
table | public.security_events | row security on
table | public.system_alert_history | row security on
table | public.system_alert_rules | row security on
table | public.system_health_checks | row security on, partitioned by RANGE (checked_at)
table | public.system_health_metrics | row security on, partitioned by RANGE (recorded_at)
table | public.workflow_definitions | row security on
table | public.workflow_execution_logs | row security on
trigger | private.integration_credentials.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON private.integration_credentials FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.audit_logs.keep_record | CREATE TRIGGER keep_record BEFORE UPDATE ON public.audit_logs FOR EACH ROW EXECUTE FUNCTION private.keep_record('actor_id', 'entity_id', 'source_ip', 'user_agent')
trigger | public.automation_requests.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.automation_requests FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.contacts.keep_organization | CREATE TRIGGER keep_organization BEFORE UPDATE OF organization_id ON public.contacts FOR EACH ROW WHEN ((old.organization_id IS DISTINCT FROM new.organization_id)) EXECUTE FUNCTION private.keep_organization()
trigger | public.contacts.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.contacts FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.data_classifications.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.data_classifications FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.integration_usage_events.count_integration_usage | CREATE TRIGGER count_integration_usage AFTER INSERT ON public.integration_usage_events REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.count_integration_usage()
trigger | public.integrations.keep_organization | CREATE TRIGGER keep_organization BEFORE UPDATE OF organization_id ON public.integrations FOR EACH ROW WHEN ((old.organization_id IS DISTINCT FROM new.organization_id)) EXECUTE FUNCTION private.keep_organization()
trigger | public.integrations.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.integrations FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.integrations.write_audit_log | CREATE TRIGGER write_audit_log AFTER INSERT OR DELETE ON public.integrations FOR EACH ROW EXECUTE FUNCTION private.write_audit_log('integration', 'id', 'integration_type', 'is_active')
trigger | public.integrations.write_audit_log_on_update | CREATE TRIGGER write_audit_log_on_update AFTER UPDATE ON public.integrations FOR EACH ROW WHEN (((old.is_active IS DISTINCT FROM new.is_active) OR (old.integration_type IS DISTINCT FROM new.integration_type) OR (old.configuration IS DISTINCT FROM new.configuration))) EXECUTE FUNCTION private.write_audit_log('integration', 'id', 'integration_type', 'is_active')
trigger | public.opportunities.keep_organization | CREATE TRIGGER keep_organization BEFORE UPDATE OF organization_id ON public.opportunities FOR EACH ROW WHEN ((old.organization_id IS DISTINCT FROM new.organization_id)) EXECUTE FUNCTION private.keep_organization()
trigger | public.opportunities.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.opportunities FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.organization_members.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.organization_members FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.organization_members.write_audit_log | CREATE TRIGGER write_audit_log AFTER INSERT OR DELETE ON public.organization_members FOR EACH ROW EXECUTE FUNCTION private.write_audit_log('organization_member', 'user_id', 'role', 'status')
trigger | public.organization_members.write_audit_log_on_update | CREATE TRIGGER write_audit_log_on_update AFTER UPDATE ON public.organization_members FOR EACH ROW WHEN (((old.role IS DISTINCT FROM new.role) OR (old.status IS DISTINCT FROM new.status))) EXECUTE FUNCTION private.write_audit_log('organization_member', 'user_id', 'role', 'status')
trigger | public.organizations.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.profiles.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.security_events.keep_record | CREATE TRIGGER keep_record BEFORE UPDATE ON public.security_events FOR EACH ROW EXECUTE FUNCTION private.keep_record('user_id', 'source_ip', 'user_agent')
trigger | public.system_alert_rules.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.system_alert_rules FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.workflow_definitions.keep_organization | CREATE TRIGGER keep_organization BEFORE UPDATE OF organization_id ON public.workflow_definitions FOR EACH ROW WHEN ((old.organization_id IS DISTINCT FROM new.organization_id)) EXECUTE FUNCTION private.keep_organization()
trigger | public.workflow_definitions.set_updated_at | CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.workflow_definitions FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
trigger | public.workflow_execution_logs.fill_organization | CREATE TRIGGER fill_organization BEFORE INSERT OR UPDATE ON public.workflow_execution_logs FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION private.fill_workflow_log_organization()
view | public.data_classification_overview | options security_invoker=true, definition 5f28b42d696c
view | public.index_health_overview | options security_invoker=true, definition 95d3e1ad1990
view | public.integration_dashboard | options security_invoker=true, definition e997cef2dab2
view | public.security_events_overview | options security_invoker=true, definition 84488b536ee8
view | public.system_alerts_overview | options security_invoker=true, definition daf7f38b6ecb
view | public.system_health_overview | options security_invoker=true, definition 6092948cd5a4
view | public.system_metrics_overview | options security_invoker=true, definition ef9eec77ea28
$expected$
-- End of the expected facts
      , E'\r?\n') as line
), expected as (
    select part[1] as kind, part[2] as object, part[3] as fact
      from expected_line
     where part is not null
), release_owner as (
    -- Whoever owns the schema private owns the rest, whatever that role is called.
    select nspowner as oid from pg_namespace where nspname = 'private'

-- What is there: kind, object, fact; "parent" is the object that it belongs to -------------------------

), relation as (
    select c.oid, c.relkind, c.relacl, c.relowner, c.relrowsecurity, c.reloptions, c.relispartition,
           n.nspname || '.' || c.relname as name,
           case when c.relowner is distinct from (select oid from release_owner)
                then ', owned by ' || c.relowner::regrole::text else '' end as owner_note
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'private')
       and c.relkind in ('r', 'p', 'v', 'm')
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
), routine as (
    select p.*, p.oid::regprocedure::text as name, n.nspname || '.' || p.proname as bare_name
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('public', 'private')
       and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
), relation_fact as (
    select 'table' as kind, name as object, null as parent,
           'row security ' || case when relrowsecurity then 'on' else 'off' end
           || coalesce(', partitioned by ' || pg_get_partkeydef(oid), '') || owner_note as fact
      from relation
     where relkind in ('r', 'p')
    union all
    -- Those of the months come and go: none may be named, and each has to be closed.
    select 'partitions', 'open to somebody by themselves', null,
           coalesce(string_agg(name, ', ' order by name collate "C"), 'none')
      from relation
     where relispartition
       and (not relrowsecurity
            or exists (select from aclexplode(coalesce(relacl, acldefault('r', relowner))) as x where x.grantee <> relowner)
            or exists (select from pg_policy p where p.polrelid = relation.oid))
    union all
    -- Versions differ in which columns they qualify and in their line breaks, in nothing else.
    select 'view', name, null,
           'options ' || coalesce(array_to_string(reloptions, ', '), 'none') || ', definition '
           || left(md5(regexp_replace(regexp_replace(pg_get_viewdef(oid), '\m\w+\.', '', 'g'), '\s+', '', 'g')), 12) || owner_note
      from relation
     where relkind in ('v', 'm')
), column_fact as (
    select 'column' as kind, r.name || '.' || a.attname as object, r.name as parent,
           format_type(a.atttypid, a.atttypmod)
           || case when a.attnotnull then ' not null' else '' end
           || case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end
           || case when d.oid is null then ''
                   when a.attgenerated <> '' then ' generated ' || pg_get_expr(d.adbin, d.adrelid)
                   else ' default ' || pg_get_expr(d.adbin, d.adrelid) end as fact
      from relation r
      join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where not r.relispartition -- it has what its parent has
), constraint_fact as (
    -- NOT NULL is a constraint of its own from version 18 on; here it is part of the column.
    select 'constraint' as kind, r.name || '.' || k.conname as object, r.name as parent, pg_get_constraintdef(k.oid) as fact
      from relation r
      join pg_constraint k on k.conrelid = r.oid
     where k.contype in ('p', 'u', 'f', 'c', 'x')
       and not r.relispartition
), index_fact as (
    select 'index' as kind, split_part(r.name, '.', 1) || '.' || c.relname as object, r.name as parent,
           pg_get_indexdef(i.indexrelid)
           || case when i.indisvalid and i.indisready and i.indislive then '' else ', INVALID' end as fact
      from relation r
      join pg_index i on i.indrelid = r.oid
      join pg_class c on c.oid = i.indexrelid
     where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
       and not r.relispartition
    union all
    select 'indexes', 'invalid ones', null,
           coalesce((select string_agg(i.indexrelid::regclass::text, ', ' order by i.indexrelid::regclass::text collate "C")
                       from relation r
                       join pg_index i on i.indrelid = r.oid
                      where not (i.indisvalid and i.indisready and i.indislive)), 'none')
), policy_fact as (
    select 'policy' as kind, r.name || '.' || p.polname as object, r.name as parent,
           case when p.polpermissive then 'permissive' else 'restrictive' end
           || case p.polcmd when 'r' then ' select' when 'a' then ' insert' when 'w' then ' update' when 'd' then ' delete' else ' all' end
           || ' to ' || (select string_agg(case when role = 0 then 'public' else role::regrole::text end, ', '
                                           order by case when role = 0 then 'public' else role::regrole::text end collate "C")
                           from unnest(p.polroles) as role)
           || coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') as fact
      from relation r
      join pg_policy p on p.polrelid = r.oid
), trigger_fact as (
    select 'trigger' as kind, r.name || '.' || t.tgname as object, r.name as parent,
           pg_get_triggerdef(t.oid) || case t.tgenabled when 'O' then '' when 'D' then ', DISABLED' else ', fires ' || t.tgenabled::text end as fact
      from relation r
      join pg_trigger t on t.tgrelid = r.oid
     where not t.tgisinternal
), function_fact as (
    select 'function' as kind, name as object, bare_name as parent,
           '(' || pg_get_function_arguments(oid) || ') returns ' || pg_get_function_result(oid) || ', '
           || (select lanname from pg_language where oid = prolang)
           || case provolatile when 'i' then ' immutable' when 's' then ' stable' else ' volatile' end
           || case when prosecdef then ' security definer' else '' end
           || case when proisstrict then ' strict' else '' end
           || case when proleakproof then ' leakproof' else '' end
           || case proparallel when 's' then ' parallel safe' when 'r' then ' parallel restricted' else '' end
           || ', set ' || coalesce(array_to_string(proconfig, ', '), 'nothing')
           || ', body ' || left(md5(replace(prosrc, E'\r', '')), 12)
           || case when proowner is distinct from (select oid from release_owner) then ', owned by ' || proowner::regrole::text else '' end as fact
      from routine
     where prokind in ('f', 'p')
), granted as (
    select 'table ' || name as thing, name as parent, relowner as owner, coalesce(relacl, acldefault('r', relowner)) as acl from relation
    union all
    select 'column ' || r.name || '.' || a.attname, r.name, r.relowner, a.attacl
      from relation r
      join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and a.attacl is not null
    union all
    select 'function ' || name, bare_name, proowner, coalesce(proacl, acldefault('f', proowner)) from routine
    union all
    select 'schema ' || nspname, nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner)) from pg_namespace where nspname = 'private'
), grant_fact as (
    select 'grant' as kind, thing || ' to ' || grantee as object, parent,
           string_agg(privilege, ', ' order by privilege collate "C") as fact
      from (
           select distinct g.thing, g.parent,
                  case when x.grantee = 0 then 'public' else x.grantee::regrole::text end as grantee,
                  lower(x.privilege_type) || case when x.is_grantable then ' with grant option' else '' end as privilege
             from granted g
            cross join lateral aclexplode(g.acl) as x
            where x.grantee <> g.owner
           ) as one
     group by thing, parent, grantee
), role_fact as (
    select 'role' as kind, wanted.name as object, null as parent,
           case when r.rolsuper or r.rolbypassrls then 'passes row security by' else 'subject to row security' end
           || ', member of ' || coalesce((select string_agg(m.roleid::regrole::text, ', ' order by m.roleid::regrole::text collate "C")
                                            from pg_auth_members m where m.member = r.oid), 'nothing') as fact
      from (values ('anon'), ('authenticated')) as wanted (name)
      join pg_roles r on r.rolname = wanted.name
    union all
    select 'default privileges', 'for clients in public', null,
           coalesce((select string_agg(distinct x.grantee::regrole::text || ' ' || lower(x.privilege_type), ', ')
                       from pg_default_acl d
                      cross join lateral aclexplode(d.defaclacl) as x
                      where d.defaclrole = (select oid from release_owner)
                        and d.defaclnamespace = (select oid from pg_namespace where nspname = 'public')
                        and x.grantee in (select oid from pg_roles where rolname in ('anon', 'authenticated'))), 'none')
), commentable as (
    select name, obj_description(oid, 'pg_class') as comment from relation
    union all
    select r.name || '.' || a.attname, col_description(r.oid, a.attnum)
      from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    union all
    select r.name || '.' || p.polname, obj_description(p.oid, 'pg_policy') from relation r join pg_policy p on p.polrelid = r.oid
    union all
    select r.name || '.' || t.tgname, obj_description(t.oid, 'pg_trigger')
      from relation r join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
    union all
    select f.object, obj_description(to_regclass(f.object), 'pg_class') from index_fact f where f.kind = 'index'
    union all
    select name, obj_description(oid, 'pg_proc') from routine
    union all
    select nspname, obj_description(oid, 'pg_namespace') from pg_namespace where nspname = 'private'
), comment_fact as (
    -- Only what the release made: a name that stands in the expected lines.
    select 'comments' as kind, 'release objects without one' as object, null as parent,
           coalesce(string_agg(c.name, ', ' order by c.name collate "C"), 'none') as fact
      from commentable c
     where c.comment is null
       and (c.name = 'private' or c.name in (select object from expected))

-- Rows and jobs: a query that names a table which is gone could not even be parsed. ts_stat takes its query
-- as text, on every server and for every role, and gives back the words of its documents.

), question as (
    select 'workflow runs without organization' as object, 'public.workflow_execution_logs' as relation, 'organization_id' as attribute,
           'select array_to_tsvector(array[count(*)::text]) from public.workflow_execution_logs where organization_id is null' as query
    union all
    select 'known types among the seven that ship', 'public.integration_types', 'integration_type',
           'select array_to_tsvector(array[count(*)::text]) from public.integration_types where integration_type in '
           || '(''whatsapp'', ''email'', ''telegram'', ''sms'', ''webhook'', ''calendar'', ''ai'')'
), judged_question as (
    select q.object, q.query,
           case when a.attname is null then 'cannot be asked: the column is missing'
                when not has_table_privilege(q.relation, 'select') then 'cannot be asked: no right to read'
                when row_security_active(q.relation) then 'cannot be asked: row security hides rows from this role' end as obstacle
      from question q
      left join pg_attribute a on a.attrelid = to_regclass(q.relation) and a.attname = q.attribute and not a.attisdropped
), row_fact as (
    select 'rows' as kind, q.object, null as parent, coalesce(q.obstacle, answer.word) as fact
      from judged_question q
      left join lateral ts_stat(case when q.obstacle is null then q.query else 'select null::tsvector' end) as answer on true
), cron as (
    -- Where pg_cron is neither installed nor preloaded, the jobs are somebody else's to schedule.
    select exists (select from pg_extension where extname = 'pg_cron') as is_installed,
           exists (select from pg_settings where name = 'shared_preload_libraries' and setting ~ '\mpg_cron\M') as is_preloaded
), job_fact as (
    select 'job' as kind, split_part(answer.word, ' | ', 1) as object, null as parent, split_part(answer.word, ' | ', 2) as fact
      from cron
     cross join lateral ts_stat(case when is_installed and has_table_privilege(to_regclass('cron.job'), 'select') then
                   'select array_to_tsvector(array[jobname || '' | at '' || schedule || '', runs '' || left(md5(command), 12)'
                   || ' || case when active then '''' else '', INACTIVE'' end])'
                   || ' from cron.job where jobname like ''phase3-%'' and database = current_database()'
               else 'select null::tsvector' end) as answer
    union all
    select e.kind, e.object, null, e.fact
      from expected e
     cross join cron
     where e.kind = 'job' and not is_installed and not is_preloaded

-- The comparison ---------------------------------------------------------------------------------------

), gathered as (
    select kind, object, parent, fact from relation_fact
    union all select kind, object, parent, fact from column_fact
    union all select kind, object, parent, fact from constraint_fact
    union all select kind, object, parent, fact from index_fact
    union all select kind, object, parent, fact from policy_fact
    union all select kind, object, parent, fact from trigger_fact
    union all select kind, object, parent, fact from function_fact
    union all select kind, object, parent, fact from grant_fact
    union all select kind, object, parent, fact from role_fact
    union all select kind, object, parent, fact from comment_fact
    union all select kind, object, parent, fact from row_fact
    union all select kind, object, parent, fact from job_fact
), observed as (
    -- Some definitions come in several lines, and versions differ in how they break them.
    select kind, object, parent, regexp_replace(fact, '\s+', ' ', 'g') as fact from gathered
), made_by_release as (
    select object as name from expected where kind in ('table', 'view')
    union select split_part(object, '(', 1) from expected where kind = 'function'
    union select 'private'
), compared as (
    select coalesce(e.kind, o.kind) || ' ' || coalesce(e.object, o.object) as "check",
           coalesce(e.fact, 'nothing') as expected,
           coalesce(o.fact, 'nothing') as observed,
           e.fact is not distinct from o.fact as passed
      from expected e
      full join observed o on o.kind = e.kind and o.object = e.object
     where e.kind is not null
        or (o.kind in ('column', 'policy', 'trigger', 'function', 'grant') and o.parent in (select name from made_by_release))
), shown as (
    -- The count is kept in a setting of the session for the statement at the end.
    select 0 as place, 'all' as "check", '0 of ' || count(*) || ' checks fail' as expected,
           set_config('verification.failures', (count(*) filter (where not passed))::text, false) || ' of ' || count(*) || ' checks fail' as observed,
           count(*) > 0 and bool_and(passed) as passed
      from compared
     where current_setting('verification.print', true) is distinct from 'expected'
    having current_setting('verification.print', true) is distinct from 'expected'
    union all
    select case when passed then 2 else 1 end, "check",
           -- What is right needs no full text, and psql pads every line to the longest.
           case when passed and length(expected) > 60 then left(expected, 59) || '…' else expected end,
           case when passed and length(observed) > 60 then left(observed, 59) || '…' else observed end,
           passed
      from compared
     where current_setting('verification.print', true) is distinct from 'expected'
    union all
    select 3, kind || ' | ' || object || ' | ' || fact, null, null, null
      from observed
     where current_setting('verification.print', true) = 'expected'
)
select "check", expected, observed, case when passed then '✓' when not passed then '✗' end as result
  from shown
 order by place, "check" collate "C";

reset search_path;

-- An editor shows the table above; psql also tells by its exit status.
do $block$
declare
    failures constant text := current_setting('verification.failures', true);
begin
    if current_setting('application_name') = 'psql'
       and current_setting('verification.print', true) is distinct from 'expected'
       and failures is distinct from '0' then
        raise exception 'Phase 3 is not deployed as released: %',
            case when failures ~ '^\d+$' then failures || ' checks failed, they come first in the table above'
                 else 'the verification could not run' end;
    end if;
end
$block$;
