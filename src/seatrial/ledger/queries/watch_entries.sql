-- What a watch has written down after an entry, in order; the kinds that are asked for, or all.
SELECT e.number, extract(epoch FROM e.at)::float8 AS at, e.kind, e.body
FROM seatrial.watch_entries AS e
WHERE e.watch = %(watch)s
  AND e.number > %(after)s
  AND (e.kind = ANY (%(kinds)s) OR %(kinds)s::text[] IS NULL)
ORDER BY e.number;
