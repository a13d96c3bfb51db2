-- Functions of the exposed schemas that can be called: all arguments have names, and triggers are none.
select routine.oid::int8 as id,
       namespace.nspname::text as schema,
       routine.proname::text as name,
       case when routine.prorettype = 'pg_catalog.void'::regtype then 'void'
            when routine.prorettype = 'pg_catalog.record'::regtype
                 and not coalesce(routine.proargmodes && '{o,b,t}'::"char"[], false) then 'record'
            when routine.proargmodes && '{o,b,t}'::"char"[] or kind.typtype = 'c'
            then case when routine.proretset then 'rows' else 'row' end
            else case when routine.proretset then 'values' else 'value' end end as returns,
       routine.provolatile = 'v' as changes,
       routine.provariadic <> 0 as variadic,
       pg_catalog.obj_description(routine.oid, 'pg_proc') as comment,
       coalesce((select pg_catalog.json_agg(pg_catalog.json_build_object(
                          'name', coalesce(argument.name, ''),
                          'type', pg_catalog.format_type(argument.type, null),
                          'optional', argument.place > routine.pronargs - routine.pronargdefaults)
                        order by argument.place)
                   from (select routine.proargnames[each.place] as name, each.type,
                                row_number() over (order by each.place) as place
                           from unnest(coalesce(routine.proallargtypes, routine.proargtypes::oid[]))
                                with ordinality as each (type, place)
                          where coalesce(routine.proargmodes[each.place], 'i') in ('i', 'b', 'v')) as argument
                ), '[]') as arguments
  from pg_catalog.pg_proc as routine
  join pg_catalog.pg_namespace as namespace on namespace.oid = routine.pronamespace
  join pg_catalog.pg_type as kind on kind.oid = routine.prorettype
 where namespace.nspname = any($1::text[])
   and routine.prokind = 'f'
   and routine.prorettype not in ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
 order by namespace.nspname, routine.proname, routine.oid
