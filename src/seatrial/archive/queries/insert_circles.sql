-- What is left refers to each other, or to what is gone.
BEGIN
    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
    SELECT {values} FROM {place} AS a
    WHERE {wanted}
    {unless};
  EXCEPTION
    WHEN foreign_key_violation THEN NULL;
  END;
