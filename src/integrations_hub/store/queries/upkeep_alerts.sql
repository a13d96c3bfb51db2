-- What the alert rules make of the metrics.
select count(*) as alerts from public.evaluate_alert_rules()
