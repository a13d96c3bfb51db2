-- A member of the role works as the role, which then owns what is made.
DO $$ BEGIN IF current_user <> %(role)s THEN PERFORM pg_catalog.set_config('role', %(role)s, true); END IF; END $$;
