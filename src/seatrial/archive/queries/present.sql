-- Whether anything was ever put away here: the table of the ledger that lists it, found without a right on its schema.
SELECT EXISTS (
  SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = 'seatrial' AND c.relname = 'archive' AND c.relkind IN ('r', 'p')
) AS there
