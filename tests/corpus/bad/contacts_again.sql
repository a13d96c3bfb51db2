-- The table is there with other columns: IF NOT EXISTS keeps it, and the new columns never come.
CREATE TABLE IF NOT EXISTS public.contacts ( -- wrong: EXE-29
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES public.organizations(id),
  email text NOT NULL,
  company text,
  lead_score integer DEFAULT 0
);
