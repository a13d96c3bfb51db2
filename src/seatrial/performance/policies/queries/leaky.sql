-- Functions that are not known to be leakproof: those behind operators, by the operator's name, and those by their own.
SELECT o.oprname AS operator, format('ALTER FUNCTION %%s LEAKPROOF', o.oprcode::oid::regprocedure) AS statement
FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
WHERE o.oprname = ANY (%(operators)s) AND NOT p.proleakproof
UNION
SELECT '', format('ALTER FUNCTION %%s LEAKPROOF', p.oid::regprocedure)
FROM pg_proc p
WHERE p.proname = ANY (%(functions)s) AND p.prokind = 'f' AND NOT p.proleakproof
ORDER BY 1, 2
