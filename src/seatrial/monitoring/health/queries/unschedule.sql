-- Takes away what scheduled runs need; what they have written stays.
DROP FUNCTION IF EXISTS seatrial.record_health();
DROP TABLE IF EXISTS seatrial.health_checks;
