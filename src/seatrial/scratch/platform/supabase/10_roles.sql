-- The roles of a Supabase project, with attributes, memberships and settings.
-- Roles belong to the whole server: this file may run again for every database on it.
--
-- What it does not do:
-- * supabase_admin is the bootstrap superuser of the scratch and already exists.
-- * The platform lets postgres change the settings of anon, authenticated, service_role and
--   authenticator, but not their attributes. PostgreSQL has one right for both, so the scratch
--   allows both.
-- * Below PostgreSQL 16 CREATEROLE may alter every role that is no superuser; nothing but the
--   platform's own library can refuse that.
-- * The libraries supautils and safeupdate are not preloaded for authenticator and postgres: the
--   scratch has no such files.
set client_min_messages = warning;

do $roles$
declare
    wanted constant jsonb := '{
        "postgres":                   "login createdb createrole replication bypassrls",
        "anon":                       "nologin inherit",
        "authenticated":              "nologin inherit",
        "service_role":               "nologin inherit bypassrls",
        "authenticator":              "login noinherit",
        "dashboard_user":             "nologin createdb createrole replication",
        "pgbouncer":                  "login",
        "supabase_auth_admin":        "login noinherit",
        "supabase_storage_admin":     "login noinherit createrole",
        "supabase_functions_admin":   "login noinherit createrole",
        "supabase_realtime_admin":    "login noinherit createrole replication",
        "supabase_replication_admin": "login replication",
        "supabase_read_only_user":    "login bypassrls",
        "supabase_etl_admin":         "login replication bypassrls",
        "supabase_privileged_role":   "nologin",
        "seatrial_platform_tables":   "nologin"
    }';
    name text;
    attributes text;
begin
    for name, attributes in select key, value from jsonb_each_text(wanted) loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I %s', name, attributes);
        end if;
    end loop;
end
$roles$;

comment on role seatrial_platform_tables is
    'Only on a scratch: owns the platform tables that postgres may put policies and triggers on. '
    'Event triggers refuse everything else that ownership would allow.';

-- A rehearsal may have changed the settings of a role that belongs to every database here.
alter role anon reset all;
alter role authenticated reset all;
alter role authenticator reset all;
alter role service_role reset all;
alter role postgres reset all;

-- The platform's own value has a backslash, so that a schema named postgres is never on the path.
alter role postgres set search_path = "\$user", public, extensions;
alter role supabase_admin set search_path = "$user", public, auth, extensions;
alter role supabase_admin set log_statement = 'none';
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = 60000;
alter role supabase_auth_admin set log_statement = 'none';
alter role supabase_storage_admin set search_path = storage;
alter role supabase_storage_admin set log_statement = 'none';
alter role supabase_realtime_admin set search_path = realtime;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to supabase_realtime_admin;
grant authenticator to supabase_storage_admin;
grant pg_read_all_data, pg_monitor to supabase_read_only_user, supabase_etl_admin;
grant supabase_privileged_role to supabase_etl_admin;
grant anon, authenticated, service_role, authenticator, pg_monitor, pg_read_all_data,
    pg_signal_backend to postgres with admin option;
grant supabase_privileged_role to postgres;

do $versions$
begin
    -- From 16 on a membership can exclude SET ROLE: postgres uses the rights, not the name.
    if current_setting('server_version_num')::integer >= 160000 then
        execute 'grant seatrial_platform_tables to postgres with inherit true, set false';
        execute 'grant pg_create_subscription to postgres with admin option';
    else
        grant seatrial_platform_tables to postgres;
    end if;
end
$versions$;

-- Settings that only superusers change elsewhere, and that the platform opens to postgres.
-- Since a grant needs the full name, the platform's pgrst.* is the list of PostgREST's settings.
grant set on parameter session_replication_role, log_lock_waits, log_min_messages, track_io_timing,
    auto_explain.log_min_duration, auto_explain.log_nested_statements,
    pg_net.batch_size, pg_net.ttl, safeupdate.enabled,
    pgaudit.log, pgaudit.log_catalog, pgaudit.log_client, pgaudit.log_level, pgaudit.log_relation,
    pgaudit.log_rows, pgaudit.log_statement, pgaudit.log_statement_once, pgaudit.role,
    plan_filter.statement_cost_limit, plan_filter.limit_select_only,
    pgrst.db_aggregates_enabled, pgrst.db_anon_role, pgrst.db_extra_search_path,
    pgrst.db_hoisted_tx_settings, pgrst.db_max_rows, pgrst.db_plan_enabled, pgrst.db_pre_request,
    pgrst.db_root_spec, pgrst.db_schemas, pgrst.db_timezone_enabled, pgrst.db_tx_end,
    pgrst.jwt_aud, pgrst.jwt_role_claim_key, pgrst.jwt_secret, pgrst.jwt_secret_is_base64,
    pgrst.log_level, pgrst.openapi_mode, pgrst.openapi_security_active,
    pgrst.openapi_server_proxy_uri, pgrst.server_cors_allowed_origins, pgrst.server_timing_enabled,
    pgrst.server_trace_header
    to postgres;

reset client_min_messages;
