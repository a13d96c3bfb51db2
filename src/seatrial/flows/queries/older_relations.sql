-- Which of these names belong to relations that are older than the release, and may have rows.
SELECT name
FROM unnest(%(names)s::text[]) AS name
WHERE to_regclass(name)::oid::int8 <= %(since)s;
