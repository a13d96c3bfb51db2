-- Permissive policies are joined with OR: won deals of every organization are open.
create policy "Won deals are visible" on public.deals for select to authenticated
  using (stage = 'won'); -- wrong: ISO-11
