-- Each of settled_objects.sql again, from what the server prints of it.
SELECT concat_ws(';',
  (SELECT string_agg(format(
     'ALTER DOMAIN public.code DROP CONSTRAINT %I; ALTER DOMAIN public.code ADD CONSTRAINT %I %s',
     conname, conname, pg_get_constraintdef(oid)), ';') FROM pg_constraint WHERE contypid = 'public.code'::regtype),
  (SELECT string_agg(format('ALTER TABLE public.t DROP CONSTRAINT %I; ALTER TABLE public.t ADD CONSTRAINT %I %s',
     conname, conname, pg_get_constraintdef(oid)), ';')
     FROM pg_constraint WHERE conrelid = 'public.t'::regclass AND contype = 'c'),
  (SELECT string_agg(format('DROP INDEX public.%I; %s', relname, pg_get_indexdef(c.oid)), ';')
     FROM pg_class AS c WHERE relname IN ('few', 'computed')),
  (SELECT string_agg(CASE attgenerated WHEN '' THEN
       format('ALTER TABLE public.t ALTER %I SET DEFAULT %s', attname, pg_get_expr(adbin, adrelid))
     ELSE format('ALTER TABLE public.t DROP %I; ALTER TABLE public.t ADD %I boolean GENERATED ALWAYS AS (%s) STORED',
       attname, attname, pg_get_expr(adbin, adrelid)) END, ';')
     FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE adrelid = 'public.t'::regclass),
  format('CREATE OR REPLACE VIEW public.seen AS %s', rtrim(pg_get_viewdef('public.seen'::regclass), ';')),
  format('DROP MATERIALIZED VIEW public.kept; CREATE MATERIALIZED VIEW public.kept AS %s',
    rtrim(pg_get_viewdef('public.kept'::regclass), ';')),
  (SELECT format('ALTER POLICY own ON public.t USING (%s) WITH CHECK (%s)',
     pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy),
  pg_get_functiondef('public.asked'::regproc),
  (SELECT format('DROP TRIGGER tell ON public.t; %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE tgname = 'tell'),
  (SELECT replace(rtrim(pg_get_ruledef(oid), ';'), 'CREATE RULE', 'CREATE OR REPLACE RULE')
     FROM pg_rewrite WHERE rulename = 'gone'),
  (SELECT format('DROP STATISTICS public.wide; %s', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext)) AS sql;
