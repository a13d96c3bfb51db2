-- The deployment is through: what is watched, and what was usual before.
UPDATE seatrial.watches SET watch = %(begun)s::jsonb, baseline = %(baseline)s::jsonb, stand = NULL
WHERE id = %(watch)s;
