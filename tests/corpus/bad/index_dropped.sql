-- Waits for every query and lets none pass.
DROP INDEX IF EXISTS public.contacts_by_status; -- wrong: LCK-02
