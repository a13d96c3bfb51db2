-- All deals are lost, and the view with them.
drop table if exists public.deals cascade; -- wrong: DST-02, EXE-30, EXE-31
