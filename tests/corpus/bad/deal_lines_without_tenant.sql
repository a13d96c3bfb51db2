-- Lines of a deal are open to everybody who is signed in.
create table public.deal_lines (
  id uuid primary key default gen_random_uuid(),
  deal_id uuid not null references public.deals (id) on delete cascade,
  product text not null,
  quantity integer not null default 1
);
create index deal_lines_by_deal on public.deal_lines (deal_id);
alter table public.deal_lines enable row level security;
create policy deal_lines_all on public.deal_lines for all to authenticated
  using (true) with check (true); -- wrong: ISO-06/ISO-07/ISO-16
