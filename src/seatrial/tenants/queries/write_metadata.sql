-- What a user wrote into their own metadata; the row moves, and what is registered of it moves along.
WITH old AS (
  SELECT u.tableoid AS leaf, u.ctid AS tid FROM auth.users AS u WHERE u.id = {user}
), new AS (
  UPDATE auth.users AS u SET raw_user_meta_data = {metadata}::jsonb WHERE u.id = {user} RETURNING u.ctid AS tid
)
UPDATE seatrial_attack.seeded AS s SET tid = new.tid FROM old, new WHERE s.leaf = old.leaf AND s.tid = old.tid
