-- What the release makes is not there yet, and what it changes is.
DO $seatrial$
DECLARE
  queries text[] := ARRAY[
%(queries)s
  ];
  one record;
  observed text;
BEGIN
  FOR one IN SELECT * FROM (VALUES
%(looks)s
  ) AS look (place, what, expected, query, argument) ORDER BY look.place LOOP
    EXECUTE queries[one.query] INTO observed USING one.argument;
    IF observed IS DISTINCT FROM one.expected THEN
      RAISE EXCEPTION USING
        ERRCODE = 'ST020', HINT = 'Nothing was changed. Rehearse again, and make the script anew.',
        MESSAGE = pg_catalog.format(
          'this script must not run now: %%s should be %%s, and is %%s', one.what, one.expected, observed);
    END IF;
  END LOOP;
END
$seatrial$;
