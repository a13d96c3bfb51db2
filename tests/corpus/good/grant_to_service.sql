grant usage on schema private to service_role;
grant select on private.integration_tokens to service_role;
