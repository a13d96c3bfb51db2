-- How many rows an UPDATE in batches has changed that is not through, and how far it is; an older ledger has no column for it.
SELECT (to_jsonb(s) ->> 'rows')::bigint AS rows, to_jsonb(s) ->> 'position' AS position
FROM seatrial.steps AS s
WHERE s.version = %(version)s AND s.step = %(step)s AND NOT s.done AND to_jsonb(s) ->> 'rows' IS NOT NULL;
