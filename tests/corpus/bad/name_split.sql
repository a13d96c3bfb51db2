-- The application that is running still asks for full_name.
ALTER TABLE public.contacts RENAME COLUMN full_name TO display_name; -- wrong: CMP-01
