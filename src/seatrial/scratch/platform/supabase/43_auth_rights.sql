-- Row-level security and rights of the auth tables.
-- Tables made before 2025 are protected by row-level security without policies; postgres, which
-- has BYPASSRLS, has all rights on them and may pass on the right to read.
set client_min_messages = warning;

do $rights$
declare
    protected constant text[] := array[
        'audit_log_entries', 'flow_state', 'identities', 'instances', 'mfa_amr_claims',
        'mfa_challenges', 'mfa_factors', 'one_time_tokens', 'refresh_tokens', 'saml_providers',
        'saml_relay_states', 'schema_migrations', 'sessions', 'sso_domains', 'sso_providers',
        'users'
    ];
    name text;
begin
    foreach name in array protected loop
        execute format('alter table auth.%I enable row level security', name);
        execute format('grant select on auth.%I to postgres with grant option', name);
    end loop;
end
$rights$;

revoke all on auth.schema_migrations from postgres, dashboard_user;

comment on table auth.users is 'Auth: accounts that can sign in. Stand-in on a scratch.';

reset client_min_messages;
