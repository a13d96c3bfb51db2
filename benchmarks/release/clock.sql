-- Milliseconds that the server takes for each call of a prepared statement, by its own clock: choosing or making the
-- plan, executing it and collecting the rows. Who calls changes from one to the next and is set outside of the time.
-- EXPLAIN ANALYZE would count rows in every step, which takes longer than the fast ones do themselves.
create function scale.times(calls text[], claims text[], budget double precision)
returns table (milliseconds double precision, returned bigint)
language plpgsql
as $function$
declare
    began timestamptz;
    spent double precision := 0;
begin
    for n in 1 .. cardinality(calls) loop
        perform set_config('request.jwt.claims', claims[n], true);
        began := clock_timestamp();
        execute calls[n];
        milliseconds := 1000 * extract(epoch from clock_timestamp() - began);
        get diagnostics returned = row_count;
        return next;
        spent := spent + milliseconds;
        -- One call of what takes a minute says enough.
        exit when spent > 1000 * budget and (n >= 3 or spent > 5000 * budget);
    end loop;
end
$function$;

-- Who calls, and about which organization: the same draw each time, from the data.
-- Members and administrators come as often as they are there, so large organizations come more often.
create function scale.callers(kind text, most integer)
returns table (claims text, organization uuid)
language sql
stable
begin atomic
    select json_build_object('sub', m.user_id, 'role', 'authenticated')::text, m.organization_id
      from (
           select m.organization_id, m.user_id
             from public.organization_members m
            where m.status = 'active'
              and (kind = 'member' and m.role = 'member' or kind = 'administrator' and m.role in ('admin', 'owner'))
            order by hash_record_extended(row (m.organization_id, m.user_id), 7), m.organization_id, m.user_id
            limit most
      ) as m
    union all
    -- The policies that the seed describes look for the operator where users write themselves; ours do not.
    select json_build_object('sub', scale.id('operator', 1), 'role', 'authenticated',
                             'app_metadata', json_build_object('super_admin', true),
                             'user_metadata', json_build_object('role', 'super_admin'))::text, o.id
      from (
           select o.id
             from public.organizations o
            where kind = 'operator'
            order by hashtextextended(o.id::text, 7), o.id
            limit most
      ) as o;
end;
