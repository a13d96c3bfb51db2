-- One row or two of everything that a filter can meet, for everybody who is signed in.
create type public.mood as enum ('calm', 'rough', 'wild');
create table public.things (
    id integer primary key,
    name text,
    amount numeric,
    seen_at timestamptz,
    is_open boolean,
    tags text[],
    extra jsonb,
    days int4range,
    words tsvector,
    mood public.mood,
    "strange, (name).here" text
);
insert into public.things values
    (1, 'Anchor',   1.5,  '2026-01-01 10:00+00', true,  '{a,b}', '{"k": 1}', '[1,5)',   to_tsvector('english', 'ships sail'), 'calm',  'x'),
    (2, 'buoy_1',   20,   '2026-02-01 10:00+00', false, '{b,c}', '{"k": 2}', '[5,9)',   to_tsvector('english', 'a red buoy'), 'rough', 'y'),
    (3, null,       null, null,                  null,  '{}',    null,       null,      null,                                 null,    null),
    (4, 'Chain, "old"', -7, '2026-03-01 10:00+00', true, null,   '[1]',      '[20,30)', to_tsvector('simple', 'sailing'),     'wild',  'a,b'),
    (5, 'back\slash', 0,  '2025-12-31 23:59+00', false, '{"a,b"}', '{}',     'empty',   to_tsvector('english', 'sail'),       'calm',  '(z)'),
    (6, 'null',     1e10, '2026-01-01 10:00+00', true,  '{a}',   '"t"',      '(,3)',    null,                                 'rough', '*');
grant select on public.things to authenticated;
alter table public.things enable row level security;
create policy things_of_everybody on public.things for select to authenticated using (true);
