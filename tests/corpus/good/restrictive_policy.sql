-- Narrows what the others allow.
set local lock_timeout = '2s';
create policy deals_no_lost on public.deals as restrictive for delete to authenticated
  using (stage <> 'won');
