-- On Supabase everybody with the public key can read and write this table.
CREATE TABLE public.invoices ( -- wrong: ISO-01
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES public.organizations (id),
  number text NOT NULL,
  total_cents bigint NOT NULL,
  issued_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX invoices_by_org ON public.invoices (organization_id, issued_at DESC);
