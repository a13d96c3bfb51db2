-- The newest watch of this target.
SELECT w.id, w.watch, w.baseline, w.stand, w.verdict
FROM seatrial.watches AS w
ORDER BY w.id DESC
LIMIT 1;
