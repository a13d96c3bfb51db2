-- CASCADE empties deals too.
TRUNCATE TABLE public.contacts RESTART IDENTITY CASCADE; -- wrong: LCK-24
