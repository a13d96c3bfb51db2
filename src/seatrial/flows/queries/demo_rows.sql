-- How large the demo's production is: organizations, and rows of all tables that Phase 3 touches.
SELECT (SELECT count(*) FROM public.organizations) AS organizations,
       (SELECT sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %s', c.oid::regclass),
                                                        false, true, '')))[1]::text::bigint)
        FROM pg_catalog.pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r') AS rows;
