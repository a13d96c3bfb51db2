-- What the caller may do with relations and functions, as the body of an answer of the dialect.
select 0, null,
       pg_catalog.json_build_object(
         'relations', (
           select coalesce(pg_catalog.json_object_agg(relation.id, pg_catalog.json_build_object(
                    'select', pg_catalog.has_table_privilege(relation.id, 'select')
                                or pg_catalog.has_any_column_privilege(relation.id, 'select'),
                    'insert', pg_catalog.has_table_privilege(relation.id, 'insert')
                                or pg_catalog.has_any_column_privilege(relation.id, 'insert'),
                    'update', pg_catalog.has_table_privilege(relation.id, 'update')
                                or pg_catalog.has_any_column_privilege(relation.id, 'update'),
                    'delete', pg_catalog.has_table_privilege(relation.id, 'delete'))), '{}')
             from unnest($1::oid[]) as relation (id)),
         'functions', (
           select coalesce(pg_catalog.json_agg(routine.id), '[]')
             from unnest($2::oid[]) as routine (id)
            where pg_catalog.has_function_privilege(routine.id, 'execute'))),
       null, null, null
 where pg_catalog.has_schema_privilege($3, 'usage')
