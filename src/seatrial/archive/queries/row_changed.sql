-- Updated by the migration, value by value; what somebody else has written since stays.
UPDATE {table} AS t SET {sets}
FROM {was} AS w, {became} AS b
WHERE {washere} AND {wasbecame} AND ({wanted});
