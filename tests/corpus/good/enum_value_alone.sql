-- Used by a later file.
ALTER TYPE public.deal_stage ADD VALUE IF NOT EXISTS 'on_hold' BEFORE 'won';
