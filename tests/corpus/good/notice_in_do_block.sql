DO $do$
DECLARE
  v_count integer;
BEGIN
  SELECT count(*) INTO v_count FROM public.contacts WHERE email LIKE '%@invalid';
  RAISE NOTICE '% contacts have an address that leads nowhere', v_count;
END
$do$;
