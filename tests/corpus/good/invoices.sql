CREATE TABLE public.invoices (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES public.organizations (id) ON DELETE RESTRICT,
  number text NOT NULL,
  total_cents bigint NOT NULL CHECK (total_cents >= 0),
  issued_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, number)
);

CREATE INDEX invoices_by_date ON public.invoices (organization_id, issued_at DESC);

ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Members can view invoices of their organization"
  ON public.invoices FOR SELECT TO authenticated
  USING (organization_id IN (SELECT private.my_organizations()));

CREATE POLICY "Admins can write invoices"
  ON public.invoices FOR INSERT TO authenticated
  WITH CHECK (organization_id IN (SELECT private.my_admin_organizations()));
