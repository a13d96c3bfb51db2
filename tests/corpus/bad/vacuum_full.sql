-- VACUUM FULL writes the table anew, and nobody can read it meanwhile.
vacuum full public.contacts; -- wrong: LCK-22
