-- Written before the first step of a migration: its way back, as it was proved.
INSERT INTO seatrial.reversals
  (version, content_digest, verdict, reasons, archived, kept, script, by_author, before, tool)
VALUES (%(version)s, %(digest)s, %(verdict)s, %(reasons)s, %(archived)s, %(kept)s, %(script)s, %(by_author)s,
  %(before)s::jsonb, %(tool)s);
