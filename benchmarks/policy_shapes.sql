-- 100,000 notes of 1,000 people in 1,000 teams, each person in ten of them; a million for lists of 10, 100 and 500 teams.
CREATE TABLE public.members (user_id uuid, team_id integer, role text NOT NULL, PRIMARY KEY (user_id, team_id));
CREATE TABLE public.notes (id integer PRIMARY KEY, user_id uuid NOT NULL, team_id integer NOT NULL,
  role text NOT NULL, body text NOT NULL);
CREATE TABLE public.many (id integer PRIMARY KEY, team_id integer NOT NULL, body text NOT NULL);
CREATE FUNCTION public.person(number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT ('00000000-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid $$;
INSERT INTO public.members
  SELECT public.person(one), (one + step * 37) % 1000, CASE WHEN one = 1 THEN 'admin' ELSE 'member' END
  FROM generate_series(1, 1000) AS one, generate_series(0, 9) AS step;
-- Three who are in more teams.
INSERT INTO public.members
  SELECT public.person(10000 + size), team, 'member'
  FROM unnest(ARRAY[10, 100, 500]) AS size, generate_series(0, size - 1) AS team;
INSERT INTO public.notes
  SELECT number, public.person(number % 1000 + 1), number % 1000, CASE WHEN number % 100 = 0 THEN 'admin' ELSE 'member' END,
    'note ' || number || CASE WHEN number % 5000 = 0 THEN ' harbour' ELSE '' END
  FROM generate_series(1, 100000) AS number;
INSERT INTO public.many
  SELECT number, number % 10000, 'row ' || number FROM generate_series(1, 1000000) AS number;
GRANT SELECT ON public.members, public.notes, public.many TO anon, authenticated;
CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT EXISTS (SELECT FROM public.members m WHERE m.user_id = auth.uid() AND m.role = 'admin') $$;
CREATE FUNCTION public.has_role() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT max(m.role) FROM public.members m WHERE m.user_id = auth.uid() $$;
CREATE FUNCTION public.user_teams() RETURNS integer[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT array_agg(m.team_id) FROM public.members m WHERE m.user_id = auth.uid() $$;
CREATE FUNCTION public.my_teams() RETURNS SETOF integer LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT m.team_id FROM public.members m WHERE m.user_id = auth.uid() $$;
CREATE FUNCTION public.can(team integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT EXISTS (SELECT FROM public.members m WHERE m.user_id = auth.uid() AND m.team_id = team) $$;
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.many ENABLE ROW LEVEL SECURITY;
CREATE POLICY shape ON public.notes FOR SELECT TO authenticated USING (true);
CREATE POLICY shape ON public.many FOR SELECT TO authenticated USING (true);
CREATE INDEX notes_words ON public.notes USING gin (to_tsvector('english', body));
CREATE INDEX notes_prefix ON public.notes (body text_pattern_ops);
