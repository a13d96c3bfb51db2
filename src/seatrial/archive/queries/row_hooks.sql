-- Has it called for {table}, also in a session that has switched off triggers of the usual kind.
CREATE TRIGGER "seatrial keeps inserted" AFTER INSERT ON {table}
REFERENCING NEW TABLE AS "seatrial new" FOR EACH STATEMENT EXECUTE FUNCTION {keeper}();

CREATE TRIGGER "seatrial keeps updated" AFTER UPDATE ON {table}
REFERENCING OLD TABLE AS "seatrial old" NEW TABLE AS "seatrial new" FOR EACH STATEMENT EXECUTE FUNCTION {keeper}();

CREATE TRIGGER "seatrial keeps deleted" AFTER DELETE ON {table}
REFERENCING OLD TABLE AS "seatrial old" FOR EACH STATEMENT EXECUTE FUNCTION {keeper}();

CREATE TRIGGER "seatrial keeps truncated" BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {keeper}();

ALTER TABLE {table}
  ENABLE ALWAYS TRIGGER "seatrial keeps inserted", ENABLE ALWAYS TRIGGER "seatrial keeps updated",
  ENABLE ALWAYS TRIGGER "seatrial keeps deleted", ENABLE ALWAYS TRIGGER "seatrial keeps truncated";
