-- Triggers that an earlier try of a deployment has left, which copy what is written to columns that were to go.
SELECT format('DROP TRIGGER %%I ON %%s', t.tgname, t.tgrelid::pg_catalog.regclass) AS statement
FROM pg_catalog.pg_trigger AS t
WHERE NOT t.tgisinternal AND t.tgparentid = 0
  AND t.tgname ~ ('^seatrial (keeps|empties) ' || %(version)s || '( [0-9]+)?$');
