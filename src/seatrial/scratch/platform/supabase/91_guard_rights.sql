-- GRANT and REVOKE on the platform's tables.
--
-- The owner of a table may grant and revoke everything on it. On the platform postgres owns none of
-- these tables: it may pass on what it holds with grant option, and cannot take back what the
-- platform gave; PostgreSQL then gives a warning and does the rest. After a GRANT or REVOKE by
-- postgres the rights below are brought to what would have come of it there.
--
-- What it does not do: rights on single columns are not looked at.
set client_min_messages = warning;

update seatrial_platform.shared_tables
set rights = (select relacl from pg_class where oid = relation);

create function seatrial_platform.settling_commands(
    relation regclass, given aclitem[], now_given aclitem[], grantable text[]
) returns table (command text, warning text)
language sql stable
set search_path = ''
as $body$
    select format('revoke %s on %s from %s', privilege_type, relation, grantee), 'granted'
    from (
        select grantee::regrole, privilege_type from pg_catalog.aclexplode(nullif(now_given, '{}'))
        except
        select grantee::regrole, privilege_type from pg_catalog.aclexplode(nullif(given, '{}'))
    ) as extra
    where not grantable && array['all', privilege_type]
    union all
    select format('grant %s on %s to %s%s', privilege_type, relation, grantee,
        case when is_grantable then ' with grant option' end), 'revoked'
    from (
        select grantee::regrole, privilege_type, is_grantable from pg_catalog.aclexplode(nullif(given, '{}'))
        except
        select grantee::regrole, privilege_type, is_grantable from pg_catalog.aclexplode(nullif(now_given, '{}'))
    ) as lost
$body$;

create function seatrial_platform.settle_rights() returns void
language plpgsql
security definer
set search_path = ''
as $body$
declare
    shared record;
    settling record;
    warnings text[];
begin
    for shared in
        select known.*, class.relname, class.relacl
        from seatrial_platform.shared_tables as known
        join pg_catalog.pg_class as class on class.oid = known.relation
        where class.relacl is distinct from known.rights
    loop
        warnings := '{}';
        for settling in
            select * from seatrial_platform.settling_commands(
                shared.relation, shared.rights, shared.relacl, shared.grantable)
        loop
            -- Role 0 is everybody, and reads as a minus sign.
            execute regexp_replace(settling.command, '(from|to) -', '\1 public');
            warnings := warnings || settling.warning;
        end loop;
        if 'granted' = any (warnings) then
            raise warning 'not all privileges were granted for "%"', shared.relname using errcode = '01007';
        end if;
        if 'revoked' = any (warnings) then
            raise warning 'not all privileges could be revoked for "%"', shared.relname using errcode = '01006';
        end if;
    end loop;
end
$body$;

create function seatrial_platform.guard_rights() returns event_trigger
language plpgsql
as $body$
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        perform seatrial_platform.settle_rights();
    end if;
end
$body$;

create event trigger seatrial_guard_rights on ddl_command_end when tag in ('GRANT', 'REVOKE')
    execute function seatrial_platform.guard_rights();

reset client_min_messages;
