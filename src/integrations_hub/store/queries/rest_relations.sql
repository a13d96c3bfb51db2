-- Tables and views of the exposed schemas, with all that the dialect and its OpenAPI say of their columns.
select relation.oid::int8 as id,
       namespace.nspname::text as schema,
       relation.relname::text as name,
       pg_catalog.pg_relation_is_updatable(relation.oid, true) & 28 <> 0 as writable,
       pg_catalog.obj_description(relation.oid, 'pg_class') as comment,
       array(select attribute.attname::text
               from pg_catalog.pg_index as key
               cross join lateral unnest(key.indkey) with ordinality as part (attnum, place)
               join pg_catalog.pg_attribute as attribute
                 on attribute.attrelid = key.indrelid and attribute.attnum = part.attnum
              where key.indrelid = relation.oid and key.indisprimary
              order by part.place) as primary_key,
       (select pg_catalog.json_agg(pg_catalog.json_build_object(
                 'name', attribute.attname,
                 'type', pg_catalog.format_type(attribute.atttypid, attribute.atttypmod),
                 'nullable', not attribute.attnotnull,
                 'required', attribute.attnotnull and not attribute.atthasdef and attribute.attidentity = '',
                 'default', case when attribute.attidentity = 'd'
                                 then pg_catalog.format('pg_catalog.nextval(%L)', pg_catalog.pg_get_serial_sequence(
                                        relation.oid::regclass::text, attribute.attname))
                                 when attribute.attgenerated = ''
                                 then pg_catalog.pg_get_expr(preset.adbin, preset.adrelid) end,
                 'generated', attribute.attgenerated <> '' or attribute.attidentity = 'a',
                 'choices', array(select label.enumlabel from pg_catalog.pg_enum as label
                                   where label.enumtypid = attribute.atttypid order by label.enumsortorder),
                 'references', (select pg_catalog.json_build_object('relation', other.relname, 'column', far.attname)
                                  from pg_catalog.pg_constraint as tie
                                  join pg_catalog.pg_class as other on other.oid = tie.confrelid
                                  join pg_catalog.pg_attribute as far
                                    on far.attrelid = tie.confrelid and far.attnum = tie.confkey[1]
                                 where tie.conrelid = relation.oid and tie.contype = 'f'
                                   and tie.conkey = array[attribute.attnum]
                                   and other.relnamespace = relation.relnamespace
                                 order by tie.oid limit 1),
                 'comment', pg_catalog.col_description(relation.oid, attribute.attnum))
               order by attribute.attnum)
          from pg_catalog.pg_attribute as attribute
          left join pg_catalog.pg_attrdef as preset
            on preset.adrelid = attribute.attrelid and preset.adnum = attribute.attnum
         where attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped) as columns
  from pg_catalog.pg_class as relation
  join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
 where namespace.nspname = any($1::text[])
   and relation.relkind in ('r', 'p', 'v', 'm', 'f')
   and not relation.relispartition
 order by namespace.nspname, relation.relname
