-- Inserted by the migration, and as it left them; whoever would go with them keeps them there.
DELETE FROM {table} AS t USING {became} AS b
WHERE {becamehere} AND NOT EXISTS (SELECT FROM {was} AS w WHERE {wasbecame})
  AND {unchanged}{users};
