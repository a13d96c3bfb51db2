-- The conditions of the policies of a table, each as a question that reads all of its rows.
SELECT format('SELECT count(*) FILTER (WHERE %s) FROM %s', pg_get_expr(e.tree, p.polrelid), {source}) AS question
FROM pg_policy p
CROSS JOIN LATERAL (VALUES (p.polqual), (p.polwithcheck)) AS e (tree)
WHERE p.polrelid = {table}::regclass AND e.tree IS NOT NULL
