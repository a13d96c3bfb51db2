-- Everything with a number above this one is made by what comes now.
SELECT greatest(
  (SELECT max(oid)::int8 FROM pg_class), (SELECT max(oid)::int8 FROM pg_constraint), (SELECT max(oid)::int8 FROM pg_proc)
) AS newest;
