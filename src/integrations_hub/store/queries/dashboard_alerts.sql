-- Alerts of an organization, or of the system (null): those that are resolved or those that are not, newest first.
select h.id::text, h.rule_name, h.description, h.metric_name, h.severity, h.status, h.observed_value, h.threshold,
       h.fired_at, h.last_seen_at, h.acknowledged_at, h.acknowledged_by::text, h.resolved_at, h.resolved_by::text, h.note
  from public.system_alert_history h
 where h.organization_id is not distinct from %(organization_id)s::uuid
   and (h.status = 'resolved') = %(resolved)s
   and (%(before)s::timestamptz is null or h.fired_at < %(before)s::timestamptz
        or (h.fired_at = %(before)s::timestamptz and h.id > %(before_id)s::uuid))
 order by h.fired_at desc, h.id
 limit %(most)s
