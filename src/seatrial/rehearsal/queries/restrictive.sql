-- Whether a policy is restrictive, by the name that the server has for it: `mine on public.boats`.
SELECT true AS restrictive
FROM pg_policy AS p
WHERE NOT p.polpermissive AND (pg_identify_object('pg_policy'::regclass, p.oid, 0)).identity = %(identity)s;
