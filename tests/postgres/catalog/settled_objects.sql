-- One of each kind of object that keeps a condition which does not come back as it was written.
CREATE DOMAIN public.code AS varchar(9) CHECK (VALUE IN ('q', 'r') AND length(VALUE) BETWEEN 1 AND 3);
ALTER TABLE public.t
  ADD CONSTRAINT sane CHECK (a BETWEEN 1 AND 5 AND b), ADD CONSTRAINT known CHECK (s IN ('open', 'closed')),
  ALTER b SET DEFAULT (1 BETWEEN 0 AND 2 AND true),
  ADD made boolean GENERATED ALWAYS AS (a BETWEEN 1 AND 5 AND b) STORED;
CREATE INDEX few ON public.t (words) WHERE a BETWEEN 1 AND 3 AND s IN ('open', 'closed');
CREATE INDEX computed ON public.t ((a BETWEEN 1 AND 3 AND b));
CREATE VIEW public.seen AS SELECT a BETWEEN 1 AND 5 AND b AS x FROM public.t WHERE s IN ('open', 'closed');
CREATE MATERIALIZED VIEW public.kept AS SELECT a FROM public.t WHERE a BETWEEN 1 AND 5 AND s IN ('open', 'closed');
CREATE POLICY own ON public.t USING (a BETWEEN 1 AND 5 AND b) WITH CHECK (s IN ('open', 'closed'));
CREATE FUNCTION public.asked() RETURNS boolean LANGUAGE sql RETURN (SELECT a BETWEEN 1 AND 2 AND b FROM public.t);
CREATE FUNCTION public.told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tell BEFORE UPDATE ON public.t FOR EACH ROW
  WHEN (NEW.a BETWEEN 1 AND 5 AND NEW.b) EXECUTE FUNCTION public.told();
CREATE RULE gone AS ON DELETE TO public.t WHERE OLD.a BETWEEN 1 AND 3 AND OLD.b DO ALSO UPDATE public.t SET b = false;
CREATE STATISTICS public.wide ON (a BETWEEN 1 AND 5 AND b), (s || 'x') FROM public.t;
