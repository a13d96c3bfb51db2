-- Notes of 100 organizations under row security, with one index that nobody needs and some that are needed unseen.
CREATE TABLE public.organizations (id int PRIMARY KEY, name text NOT NULL UNIQUE, city text);
CREATE TABLE public.members (
  organization_id int REFERENCES public.organizations ON DELETE CASCADE, user_id int, PRIMARY KEY (user_id, organization_id)
);
CREATE INDEX members_organization ON public.members (organization_id);
CREATE TABLE public.notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id int NOT NULL REFERENCES public.organizations ON DELETE CASCADE,
  stage text NOT NULL, done boolean NOT NULL, made timestamptz NOT NULL, body text NOT NULL,
  letters int GENERATED ALWAYS AS (length(body)) STORED
);
CREATE TABLE public.events (id bigint, made timestamptz NOT NULL, kind text NOT NULL, PRIMARY KEY (id, made))
  PARTITION BY RANGE (made);
CREATE TABLE public.events_2025 PARTITION OF public.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE public.events_2026 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX events_kind ON public.events (kind);
INSERT INTO public.organizations SELECT n, 'organization ' || n FROM generate_series(1, 100) AS n;
INSERT INTO public.members SELECT n, n FROM generate_series(1, 100) AS n;
INSERT INTO public.notes (organization_id, stage, done, made, body)
  SELECT (n - 1) / 200 + 1, CASE WHEN n % 20 = 0 THEN 'open' ELSE 'closed' END, n % 3 = 0,
    '2026-01-01'::timestamptz + n % 7919 * interval '1 min', 'note ' || n
  FROM generate_series(1, 20000) AS n;
-- As a release that fills a column does: an index that is built after it must be usable at once.
UPDATE public.notes SET body = body || '!' WHERE id % 7 = 0;
INSERT INTO public.events SELECT n, '2025-06-01'::timestamptz + n % 400 * interval '1 day', 'kind ' || n / 20
  FROM generate_series(1, 20000) AS n;
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY notes_select ON public.notes FOR SELECT USING (organization_id = ANY (ARRAY(
  SELECT m.organization_id FROM public.members AS m
  WHERE m.user_id = (SELECT (current_setting('request.jwt.claims')::jsonb ->> 'sub')::int)
)));
GRANT SELECT ON public.notes, public.members, public.events TO authenticated;
