-- The transaction that is opened here is never committed.
BEGIN; -- wrong: EXE-27
ALTER TABLE public.contacts ADD COLUMN birthday date;
COMMENT ON COLUMN public.contacts.birthday IS 'For greetings.';
