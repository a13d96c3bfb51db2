-- Where it is written down whose row each is: of which table, in which partition, at which place; nobody may look.
DROP SCHEMA IF EXISTS seatrial_attack CASCADE;
CREATE SCHEMA seatrial_attack;
CREATE TABLE seatrial_attack.seeded (
  root oid NOT NULL, leaf oid NOT NULL, tid tid NOT NULL, tenant text NOT NULL, owner text NOT NULL
);
REVOKE ALL ON seatrial_attack.seeded FROM PUBLIC
