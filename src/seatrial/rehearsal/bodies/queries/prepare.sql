-- Before bodies are compiled: no event trigger of the release runs, words of the server are English, validators speak.
DO $prepare$
DECLARE
  trigger_name text;
BEGIN
  FOR trigger_name IN SELECT evtname FROM pg_event_trigger WHERE evtenabled <> 'D' LOOP
    EXECUTE format('ALTER EVENT TRIGGER %I DISABLE', trigger_name);
  END LOOP;
END
$prepare$;
SET LOCAL lc_messages = 'C';
SET LOCAL client_min_messages = error;
SET LOCAL jit = off;
SET LOCAL check_function_bodies = on;
SET LOCAL standard_conforming_strings = on;
SET LOCAL search_path = '';
