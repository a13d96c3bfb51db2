-- One use of an integration, once however often it is told; after usage_turn, for the service.
insert into public.integration_usage_events
       (id, organization_id, integration_id, event_type, is_success, duration_ms, error_code)
select %(id)s, %(organization_id)s, %(integration_id)s, %(event_type)s, %(is_success)s, %(duration_ms)s, %(error_code)s
 where not exists (select from public.integration_usage_events e where e.id = %(id)s)
