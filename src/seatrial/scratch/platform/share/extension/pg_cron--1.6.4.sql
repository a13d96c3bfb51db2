-- Stand-in for pg_cron: jobs are checked and recorded.
-- What it does not do: no job is ever run, so cron.job_run_details stays empty. Schedules are
-- checked field by field for numbers in range, steps, lists, ranges, names of months and days,
-- the words that begin with @, and a number of seconds. As in pg_cron 1.6.4, a day that never comes
-- (30 February) and a step beyond its field (*/100) pass; later versions refuse the latter.

create schema cron;

create sequence cron.jobid_seq;
create table cron.job (
    jobid bigint primary key default nextval('cron.jobid_seq'),
    schedule text not null,
    command text not null,
    nodename text not null default 'localhost',
    nodeport integer not null default coalesce(inet_server_port(), 5432),
    database text not null default current_database(),
    username text not null default current_user,
    active boolean not null default true,
    jobname text,
    constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create sequence cron.runid_seq;
create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key default nextval('cron.runid_seq'),
    job_pid integer,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

create function cron.seatrial_field_ok(field text, low integer, high integer, names text[])
returns boolean
language plpgsql immutable
as $body$
declare
    part text;
    found text[];
    first integer;
    last integer;
begin
    foreach part in array string_to_array(lower(field), ',') loop
        for position in 1 .. coalesce(array_length(names, 1), 0) loop
            part := replace(part, names[position], (position - 1 + low)::text);
        end loop;
        -- A step needs a range: 1-20/5 and */5 are schedules, 1/5 is none.
        found := regexp_match(part, '^(?:\*|(\d{1,2})-(\d{1,2}))(?:/(\d{1,9}))?$|^(\d{1,2})$');
        if found is null then
            return false;
        end if;
        first := coalesce(found[1]::integer, found[4]::integer, low);
        last := coalesce(found[2]::integer, found[4]::integer, high);
        if first < low or last > high or first > last or found[3]::integer = 0 then
            return false;
        end if;
    end loop;
    return field <> '';
end
$body$;

create function cron.seatrial_check_schedule(schedule text) returns void
language plpgsql immutable
as $body$
declare
    field constant text[] := regexp_split_to_array(trim(schedule), '\s+');
    valid boolean;
begin
    if trim(lower(schedule)) in ('@yearly', '@annually', '@monthly', '@weekly', '@daily',
            '@midnight', '@hourly', '@reboot', '@restart') then
        return;
    end if;
    if trim(lower(schedule)) ~ '^\d{1,2}\s+seconds?$' then
        valid := field[1]::integer between 1 and 59;
    else
        valid := array_length(field, 1) = 5
            and cron.seatrial_field_ok(field[1], 0, 59, '{}')
            and cron.seatrial_field_ok(field[2], 0, 23, '{}')
            and (field[3] = '$' or cron.seatrial_field_ok(field[3], 1, 31, '{}'))
            and cron.seatrial_field_ok(field[4], 1, 12,
                '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}')
            and cron.seatrial_field_ok(field[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
    end if;
    if valid is not true then
        raise exception 'invalid schedule: %', schedule
            using errcode = 'invalid_parameter_value',
                  hint = 'A schedule has five fields, such as 5 4 * * *, or is a number of seconds from 1 to 59.';
    end if;
end
$body$;

create function cron.seatrial_record(
    job_name text, schedule text, command text, database text, username text, active boolean
) returns bigint
language plpgsql
security definer
set search_path = ''
as $body$
declare
    made bigint;
begin
    perform cron.seatrial_check_schedule(schedule);
    -- A job of the same name and user is replaced; a job without a name is always a new one.
    insert into cron.job as job (schedule, command, database, username, active, jobname)
    values (seatrial_record.schedule, seatrial_record.command, seatrial_record.database,
        seatrial_record.username, seatrial_record.active, job_name)
    on conflict on constraint jobname_username_uniq do update
        set schedule = excluded.schedule, command = excluded.command,
            database = excluded.database, active = excluded.active
    returning jobid into made;
    return made;
end
$body$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql
begin atomic
    select cron.seatrial_record(job_name, schedule, command, current_database(), current_user, true);
end;

create function cron.schedule(schedule text, command text) returns bigint
language sql
begin atomic
    select cron.seatrial_record(null, schedule, command, current_database(), current_user, true);
end;

create function cron.schedule_in_database(
    job_name text, schedule text, command text, database text,
    username text default null, active boolean default true
) returns bigint
language sql
begin atomic
    select cron.seatrial_record(
        job_name, schedule, command, database, coalesce(username, current_user), active);
end;

create function cron.seatrial_forget(job cron.job) returns boolean
language sql
security definer
set search_path = ''
as $body$
    delete from cron.job as recorded where recorded.jobid = job.jobid
    returning true
$body$;

create function cron.unschedule(job_id bigint) returns boolean
language plpgsql
as $body$
declare
    found cron.job;
begin
    select * into found from cron.job where jobid = job_id;
    if found.jobid is null then
        raise exception 'could not find valid entry for job ''%''', job_id;
    end if;
    return cron.seatrial_forget(found);
end
$body$;

create function cron.unschedule(job_name text) returns boolean
language plpgsql
as $body$
declare
    found cron.job;
begin
    select * into found from cron.job where jobname = job_name and username = current_user;
    if found.jobid is null then
        raise exception 'could not find valid entry for job ''%''', job_name;
    end if;
    return cron.seatrial_forget(found);
end
$body$;

create function cron.alter_job(
    job_id bigint, schedule text default null, command text default null,
    database text default null, username text default null, active boolean default null
) returns void
language plpgsql
security definer
set search_path = ''
as $body$
begin
    if schedule is not null then
        perform cron.seatrial_check_schedule(schedule);
    end if;
    update cron.job as job
    set schedule = coalesce(alter_job.schedule, job.schedule),
        command = coalesce(alter_job.command, job.command),
        database = coalesce(alter_job.database, job.database),
        username = coalesce(alter_job.username, job.username),
        active = coalesce(alter_job.active, job.active)
    where job.jobid = job_id;
    if not found then
        raise exception 'Job % does not exist or you don''t own it', job_id;
    end if;
end
$body$;

revoke all on function cron.alter_job(bigint, text, text, text, text, boolean) from public;
revoke all on function cron.schedule_in_database(text, text, text, text, text, boolean) from public;
grant select on cron.job, cron.job_run_details to public;
grant select on sequence cron.jobid_seq, cron.runid_seq to public;

-- The platform opens the schema to postgres, which changes jobs through functions only.
do $rights$
begin
    if exists (select from pg_catalog.pg_roles where rolname = 'postgres') then
        grant usage on schema cron to postgres with grant option;
        grant all on all functions in schema cron to postgres with grant option;
        grant select on cron.job to postgres with grant option;
        grant select, insert, update, delete, truncate, references on cron.job_run_details
            to postgres with grant option;
    end if;
end
$rights$;
