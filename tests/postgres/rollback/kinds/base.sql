-- What every case begins with: a small office with rows in every table, and something of most kinds around it.
CREATE TYPE public.mood AS ENUM ('calm', 'busy');
CREATE TABLE public.teams (
  id   bigint PRIMARY KEY,
  name text NOT NULL,
  mood public.mood NOT NULL DEFAULT 'calm'
);
CREATE TABLE public.contacts (
  id      bigint PRIMARY KEY,
  team_id bigint NOT NULL REFERENCES public.teams (id) ON DELETE CASCADE,
  email   text,
  score   integer NOT NULL DEFAULT 0,
  note    text DEFAULT 'none',
  born    date
);
CREATE INDEX contacts_team_id_idx ON public.contacts (team_id);
CREATE TABLE public.visits (
  contact_id bigint NOT NULL REFERENCES public.contacts (id),
  day        date NOT NULL,
  tags       text[],
  PRIMARY KEY (contact_id, day)
);
CREATE TABLE public.log (line text NOT NULL);
CREATE FUNCTION public.shout(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(words) $$;
CREATE FUNCTION public.tidy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.email := lower(NEW.email);
  RETURN NEW;
END $$;
CREATE TRIGGER contacts_tidy BEFORE INSERT OR UPDATE ON public.contacts FOR EACH ROW EXECUTE FUNCTION public.tidy();
CREATE VIEW public.members AS
  SELECT contacts.id, contacts.email, teams.name AS team FROM public.contacts JOIN public.teams ON teams.id = team_id;
ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY contacts_read ON public.contacts FOR SELECT TO authenticated USING (score >= 0);
COMMENT ON TABLE public.contacts IS 'People we know.';
COMMENT ON COLUMN public.contacts.email IS 'In small letters.';

INSERT INTO public.teams (id, name, mood) VALUES (1, 'North', 'calm'), (2, 'South', 'busy'), (3, 'West', 'calm');
INSERT INTO public.contacts (id, team_id, email, score, note, born) VALUES
  (1, 1, 'ada@example.org', 3, 'first', '1990-01-02'),
  (2, 1, 'ben@example.org', 5, NULL, NULL),
  (3, 2, 'cleo@example.org', 0, 'none', '1985-12-31'),
  (4, 3, NULL, 7, 'no address', NULL);
INSERT INTO public.visits (contact_id, day, tags) VALUES
  (1, '2026-01-05', '{door,phone}'), (1, '2026-01-06', NULL), (3, '2026-02-01', '{}');
INSERT INTO public.log (line) VALUES ('opened'), ('opened'), ('closed');
