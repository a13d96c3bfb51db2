-- "Fixes" an empty list in the application.
ALTER TABLE public.contacts DISABLE ROW LEVEL SECURITY; -- wrong: ISO-01/ISO-02
