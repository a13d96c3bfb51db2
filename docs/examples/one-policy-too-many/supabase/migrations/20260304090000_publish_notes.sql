-- Every member is to read what has been published, drafts are for their authors … who are yet to be added.

create policy published_notes on public.notes for select to authenticated
    using (status = 'published');
