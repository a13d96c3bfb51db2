-- A schema for the queue alone: in public, default privileges would open its tables to the roles of the API.
create schema if not exists procrastinate;
comment on schema procrastinate is 'The queue of the integrations hub, for the role that the hub logs in as and nobody else.';
create table if not exists procrastinate.hub_state (
    name       text        not null primary key,
    value      text        not null,
    changed_at timestamptz not null default now()
);
comment on table procrastinate.hub_state is 'What the preparation of the queue notes for the next one.';
-- By its owner's rights, as row security shows the jobs of pg_cron to their owner only.
create or replace function procrastinate.hub_is_left_to_pg_cron(p_job text, p_functions text[])
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    found boolean := false;
begin
    if to_regclass('cron.job') is not null then
        execute 'select exists (select from cron.job j
                                 where j.active and j.database = current_database()
                                   and (j.jobname = $1 or exists (select from unnest($2) f where j.command ~ (''\m'' || f || ''\M''))))'
           into found using p_job, p_functions;
    end if;
    return found;
end
$function$;
comment on function procrastinate.hub_is_left_to_pg_cron(text, text[]) is
    'Whether pg_cron has an active job of that name here, or one that calls one of the functions.';
