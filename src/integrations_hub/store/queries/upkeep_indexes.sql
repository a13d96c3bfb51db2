-- Judges every index of the release.
select sum(indexes) as indexes from public.record_index_health()
