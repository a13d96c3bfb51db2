-- What nobody has written to since becomes what it was.
{batch}UPDATE {table} AS t
SET {changes}
FROM {place} AS a
WHERE {same} AND ({wanted});
