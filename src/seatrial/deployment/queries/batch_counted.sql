-- What a batch of an INSERT would see of the others: the parts of the table that it fills, and the aggregates among
-- the functions that its query calls.
SELECT coalesce((
         SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(n.nspname, c.relname))
         FROM pg_catalog.pg_partition_tree(coalesce(
           pg_catalog.pg_partition_root(%(changed)s::pg_catalog.regclass), %(changed)s::pg_catalog.regclass
         )) AS p
         JOIN pg_catalog.pg_class AS c ON c.oid = p.relid
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
       ), '[]') AS parts,
       (
         SELECT pg_catalog.min(f.proname::text)
         FROM pg_catalog.pg_proc AS f
         WHERE f.proname = ANY (%(calls)s::pg_catalog.name[]) AND f.prokind IN ('a', 'w')
           AND NOT EXISTS (
             SELECT FROM pg_catalog.pg_proc AS o WHERE o.proname = f.proname AND o.prokind NOT IN ('a', 'w')
           )
       ) AS aggregate;
