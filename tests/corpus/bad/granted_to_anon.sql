-- TRUNCATE passes by row-level security.
GRANT ALL ON TABLE public.contacts TO anon; -- wrong: PRV-02
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA private TO authenticated; -- wrong: PRV-02
