-- A DO block hides the lock; it does not spare anybody.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_indexes WHERE schemaname = 'public' AND indexname = 'contacts_email_idx') THEN
    CREATE INDEX contacts_email_idx ON public.contacts (organization_id, email); -- wrong: LCK-01/EXE-23
  END IF;
END
$$;
