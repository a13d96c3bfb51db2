-- How large the demo's production is: organizations, and rows of the tables that Phase 3 touches.
SELECT (SELECT count(*) FROM public.organizations) AS organizations,
       (SELECT count(*) FROM public.contacts)
     + (SELECT count(*) FROM public.opportunities)
     + (SELECT count(*) FROM public.crm_events)
     + (SELECT count(*) FROM public.workflow_definitions)
     + (SELECT count(*) FROM public.workflow_execution_logs)
     + (SELECT count(*) FROM public.automation_requests)
     + (SELECT count(*) FROM public.agent_executions)
     + (SELECT count(*) FROM public.notifications)
     + (SELECT count(*) FROM public.api_rate_limits) AS rows;
