-- What the release schedules: the alert rules are evaluated.
SELECT * FROM public.evaluate_alert_rules()
