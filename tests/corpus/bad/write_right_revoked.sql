-- The application that is running writes as this role.
revoke insert, update, delete on public.deals from authenticated; -- wrong: CMP-06
