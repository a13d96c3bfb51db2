-- Where the users are whom a table's column refers to; without a row where it refers to none.
SELECT k.confrelid::regclass::text AS "table", quote_ident(u.attname) AS key
FROM pg_attribute a
JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum]
JOIN pg_attribute u ON u.attrelid = k.confrelid AND u.attnum = k.confkey[1]
WHERE a.attrelid = to_regclass(%(table)s) AND quote_ident(a.attname) = %(column)s
ORDER BY k.conname
LIMIT 1
