-- What the migration itself has put into {table} a moment ago, nobody has seen; the archive has what became of it.
BEGIN
    UPDATE {table} AS t SET {changes}
    FROM {place} AS a
    WHERE {same} AND {differs} AND {own} AND {wanted};
  EXCEPTION
    WHEN integrity_constraint_violation THEN NULL;
  END;
