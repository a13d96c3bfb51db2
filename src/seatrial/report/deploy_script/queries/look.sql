-- What is there now; it only reads, and an answer that is an error is an answer.
BEGIN READ ONLY;
DO $seatrial$
DECLARE
  queries text[] := ARRAY[
%(queries)s
  ];
  one record;
  observed text;
  answers jsonb := '[]';
BEGIN
  FOR one IN SELECT * FROM (VALUES
%(looks)s
  ) AS look (place, what, expected, query, argument) ORDER BY look.place LOOP
    BEGIN
      EXECUTE queries[one.query] INTO observed USING one.argument;
    EXCEPTION WHEN OTHERS THEN
      observed := 'error ' || SQLSTATE || ': ' || SQLERRM;
    END;
    answers := answers || pg_catalog.jsonb_build_object(
      'place', one.place, 'what', one.what, 'expected', one.expected, 'observed', coalesce(observed, ''));
  END LOOP;
  PERFORM pg_catalog.set_config('seatrial.verification', answers::text, false);
END
$seatrial$;
COMMIT;
