-- One entry of the audit log; for the service.
select a.action, a.details, a.created_at from public.audit_logs a where a.id = %(id)s
