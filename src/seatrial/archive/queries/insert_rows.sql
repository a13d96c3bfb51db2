-- One level of rows that refer to others of {table} after the other.
LOOP
    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
    SELECT {values} FROM {place} AS a
    WHERE {wanted}
    {unless};
    EXIT WHEN NOT FOUND OR {once};
  END LOOP;
