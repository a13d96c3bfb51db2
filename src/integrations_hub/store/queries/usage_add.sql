-- One use of an integration, once however often it is told; for the service.
insert into public.integration_usage_events
       (id, organization_id, integration_id, event_type, is_success, duration_ms, error_code)
values (%(id)s, %(organization_id)s, %(integration_id)s, %(event_type)s, %(is_success)s, %(duration_ms)s,
        %(error_code)s)
    on conflict (id) do nothing
