create table private.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  table_name text not null,
  row_id uuid,
  change jsonb not null
);
alter table private.audit_log enable row level security;
create index audit_log_by_row on private.audit_log (table_name, row_id, at desc);

create function private.audit() returns trigger
language plpgsql security definer set search_path = '' as $fn$
declare
  v_row jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  insert into private.audit_log (table_name, row_id, change)
  values (tg_table_name, (v_row ->> 'id')::uuid, jsonb_build_object('op', tg_op, 'row', v_row));
  return null;
end;
$fn$;
revoke execute on function private.audit() from public;
