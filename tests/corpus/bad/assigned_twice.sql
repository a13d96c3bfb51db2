-- The same column twice in one SET.
update public.contacts
set status = 'archived', updated_at = now(), status = 'lost' -- wrong: EXE-26
where email like '%@example.com' and created_at < '2020-01-01';
