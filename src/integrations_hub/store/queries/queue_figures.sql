-- What is in the queue: by task and state, how many jobs, how many of them could begin now, and since when.
select task_name as task, status::text as status, count(*) as jobs,
       count(*) filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now()) as waiting,
       min(scheduled_at) as oldest
  from procrastinate.procrastinate_jobs
 group by task_name, status
 order by task_name, status
