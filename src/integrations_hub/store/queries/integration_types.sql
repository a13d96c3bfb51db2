-- The types that an integration can have.
select t.integration_type, t.label, t.description from public.integration_types t order by t.label
