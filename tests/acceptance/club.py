"""A small release with tenants: clubs, their sailors, and a logbook."""

from __future__ import annotations

__all__ = ["CLUB", "DECLARED", "LOGBOOK", "OPEN_LOGBOOK"]

CLUB = {
    "20250301000000_clubs.sql": """\
CREATE TABLE public.clubs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE public.sailors (
  club_id uuid NOT NULL REFERENCES public.clubs ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('mate', 'skipper')),
  PRIMARY KEY (club_id, user_id)
);
CREATE SCHEMA private;
GRANT USAGE ON SCHEMA private TO authenticated;
CREATE FUNCTION private.clubs_of_caller(lowest text DEFAULT 'mate') RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(s.club_id), '{}') FROM public.sailors s
   WHERE s.user_id = auth.uid() AND (lowest = 'mate' OR s.role = 'skipper')
$$;
REVOKE ALL ON FUNCTION private.clubs_of_caller(text) FROM public, anon;
GRANT EXECUTE ON FUNCTION private.clubs_of_caller(text) TO authenticated;
REVOKE ALL ON public.clubs, public.sailors FROM anon, authenticated;
GRANT SELECT ON public.clubs, public.sailors TO authenticated;
ALTER TABLE public.clubs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sailors ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.clubs FOR SELECT TO authenticated
  USING (id = ANY ((SELECT private.clubs_of_caller())::uuid[]));
CREATE POLICY own ON public.sailors FOR SELECT TO authenticated
  USING (club_id = ANY ((SELECT private.clubs_of_caller())::uuid[]));
"""
}
_LOGBOOK = """\
CREATE TABLE public.logbook (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), club_id uuid NOT NULL REFERENCES public.clubs ON DELETE CASCADE,
  entry text NOT NULL
);
REVOKE ALL ON public.logbook FROM anon, authenticated;
GRANT SELECT, INSERT ON public.logbook TO authenticated;
ALTER TABLE public.logbook ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON public.logbook FOR SELECT TO authenticated USING ({});
CREATE POLICY writing ON public.logbook FOR INSERT TO authenticated
  WITH CHECK (club_id = ANY ((SELECT private.clubs_of_caller('skipper'))::uuid[]));
"""
_OWN = "club_id = ANY ((SELECT private.clubs_of_caller())::uuid[])"
LOGBOOK = {"20250301000100_logbook.sql": _LOGBOOK.format(_OWN)}
OPEN_LOGBOOK = {"20250301000100_logbook.sql": _LOGBOOK.format("true")}
DECLARED = """\
[tenancy]
tenant_table = "public.clubs"
tenant_key = "id"

[tenancy.membership]
table = "public.sailors"
tenant = "club_id"
user = "user_id"
role = "role"
roles = ["mate", "skipper"]

[tenancy.tables."public.clubs"]
tenant = "id"
select = "mate"

[tenancy.tables."public.sailors"]
tenant = "club_id"
select = "mate"

[tenancy.tables."public.logbook"]
tenant = "club_id"
select = "mate"
insert = "skipper"
"""
