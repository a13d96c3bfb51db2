create table public.ticket_agents (
  user_id uuid not null references auth.users (id) on delete cascade,
  queue_id uuid not null,
  primary key (user_id, queue_id)
);
alter table public.ticket_agents enable row level security;
create policy ticket_agents_read on public.ticket_agents for select to authenticated
  using (user_id = (select auth.uid()));

create table public.tickets (
  id uuid primary key default gen_random_uuid(),
  queue_id uuid not null,
  subject text not null
);
create index tickets_by_queue on public.tickets (queue_id);
alter table public.tickets enable row level security;
create policy tickets_read on public.tickets for select to authenticated
  using (queue_id in (select a.queue_id from public.ticket_agents a where a.user_id = (select auth.uid())));
