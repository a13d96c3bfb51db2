"""Statements, and the locks that PostgreSQL's documentation says they take. The answer key of `test_locks.py`.

Sources: "Explicit Locking", and the reference pages of the commands. What they leave out (the other table of a foreign
key that goes, the view that is replaced, the indexes of a table that goes or gets a new file) is as the server does it.
"""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.model.evidence import LockMode

__all__ = ["FOREIGN_KEY", "HIDDEN", "INDEX_LOCKS", "PAST", "ROW_LOCKS", "SCHEMA_LOCKS", "Case"]

ACCESS_SHARE, ROW_SHARE, ROW_EXCLUSIVE = LockMode.ACCESS_SHARE, LockMode.ROW_SHARE, LockMode.ROW_EXCLUSIVE
SHARE_UPDATE_EXCLUSIVE, SHARE = LockMode.SHARE_UPDATE_EXCLUSIVE, LockMode.SHARE
SHARE_ROW_EXCLUSIVE, EXCLUSIVE = LockMode.SHARE_ROW_EXCLUSIVE, LockMode.EXCLUSIVE
ACCESS_EXCLUSIVE = LockMode.ACCESS_EXCLUSIVE

#: What is there before every case.
PAST = """
CREATE TABLE owners (id integer PRIMARY KEY, name text);
CREATE TABLE boats (
  id integer PRIMARY KEY, owner integer, name varchar(50), price numeric(10, 2), built timestamp, length integer
);
CREATE INDEX boats_name ON boats (name);
CREATE FUNCTION is_long(length integer) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN length > 0;
INSERT INTO owners SELECT n, 'o' || n FROM generate_series(1, 100) AS n;
INSERT INTO boats SELECT n, n % 100 + 1, 'b' || n, n, '2020-01-01', n FROM generate_series(1, 500) AS n;
ANALYZE owners, boats;
"""
FOREIGN_KEY = "ALTER TABLE boats ADD CONSTRAINT boats_owner FOREIGN KEY (owner) REFERENCES owners"
PARTITIONS = """
CREATE TABLE trips (day date NOT NULL, boat integer) PARTITION BY RANGE (day);
CREATE TABLE trips_2025 PARTITION OF trips FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE trips_2026 (day date NOT NULL, boat integer);
INSERT INTO trips_2026 SELECT '2026-01-01', n FROM generate_series(1, 300) AS n;
"""
DEFAULT_PARTITION = """
CREATE TABLE trips_rest PARTITION OF trips DEFAULT;
INSERT INTO trips_rest SELECT '2030-01-01', n FROM generate_series(1, 300) AS n;
"""
PROVING_CHECK = "CHECK (day >= '2026-01-01' AND day < '2027-01-01')"
ATTACH = "ALTER TABLE trips ATTACH PARTITION trips_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"
FLEET = "CREATE MATERIALIZED VIEW fleet AS SELECT id, name FROM boats;"
POLICY = "CREATE POLICY mine ON boats USING (length > 1)"
TRIGGER = (
    "CREATE TRIGGER quiet BEFORE UPDATE ON boats FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The last statement of a text, after a past, and all that it may be seen to do to what was there."""

    hazards: str
    sql: str
    given: str = ""
    #: By relation, without the schema; of indexes only those modes that keep writes waiting.
    locks: dict[str, LockMode]
    rewrites: set[str]
    scans: set[str]

    def __str__(self) -> str:
        """Its name in pytest's output."""
        return f"{self.hazards.replace(' ', '+')}: {self.sql.rsplit(';', 1)[-1].strip()[:60]}"


def case(
    hazards: str,
    sql: str,
    locks: dict[str, LockMode],
    *,
    given: str = "",
    rewrites: str = "",
    scans: str = "",
) -> Case:
    """A row of a table."""
    return Case(
        hazards=hazards, sql=sql, given=given, locks=locks, rewrites=set(rewrites.split()),
        scans=set(scans.split()),
    )  # fmt: skip


#: ALTER TABLE takes ACCESS EXCLUSIVE "unless explicitly noted"; its sub-forms say what they note.
BOATS = {"boats": ACCESS_EXCLUSIVE}
#: "the entire table and its indexes to be rewritten": no index is usable until that is done.
BOATS_AND_INDEXES = BOATS | {"boats_pkey": ACCESS_EXCLUSIVE, "boats_name": ACCESS_EXCLUSIVE}
REWRITTEN = "boats boats_pkey boats_name"
#: ADD FOREIGN KEY: "SHARE ROW EXCLUSIVE on the referenced table, in addition to the lock on the table on which the
#: constraint is declared", which is the same.
BOTH = {"boats": SHARE_ROW_EXCLUSIVE, "owners": SHARE_ROW_EXCLUSIVE}

INDEX_LOCKS = (
    case("LCK-01", "CREATE INDEX ON boats (length)", {"boats": SHARE}, scans="boats"),
    case("LCK-01", "CREATE UNIQUE INDEX ON boats (id, length) WHERE length > 3", {"boats": SHARE}, scans="boats"),
    case("LCK-01", "CREATE TABLE new (id integer); INSERT INTO new VALUES (1); CREATE INDEX ON new (id)", {}),
    case("LCK-02", "DROP INDEX boats_name", BOATS | {"boats_name": ACCESS_EXCLUSIVE}),
    # "REINDEX locks out writes but not reads of the index's parent table. It also takes an ACCESS EXCLUSIVE lock on
    # the specific index being processed."
    case("LCK-03", "REINDEX INDEX boats_name", {"boats": SHARE, "boats_name": ACCESS_EXCLUSIVE},
         rewrites="boats_name", scans="boats"),
    case("LCK-03", "REINDEX TABLE boats", BOATS_AND_INDEXES | {"boats": SHARE},
         rewrites="boats_pkey boats_name", scans="boats"),
    case("LCK-12", "ALTER TABLE boats ADD CONSTRAINT one UNIQUE (length)", BOATS, scans="boats"),
    case("LCK-12", "ALTER TABLE boats ADD CONSTRAINT one UNIQUE USING INDEX one", BOATS,
         given="CREATE UNIQUE INDEX one ON boats (length)"),
    case("LCK-13", "ALTER TABLE buoys ADD PRIMARY KEY (id)", {"buoys": ACCESS_EXCLUSIVE},
         given="CREATE TABLE buoys AS SELECT n AS id FROM generate_series(1, 200) AS n", scans="buoys"),
    case("LCK-13", "ALTER TABLE buoys ADD PRIMARY KEY USING INDEX one", {"buoys": ACCESS_EXCLUSIVE},
         given="CREATE TABLE buoys (id integer NOT NULL); INSERT INTO buoys VALUES (1);"
         "CREATE UNIQUE INDEX one ON buoys (id)"),
    case("LCK-14", "ALTER TABLE boats ADD EXCLUDE USING gist (int4range(id, id + 1) WITH &&)", BOATS, scans="boats"),
)  # fmt: skip

SCHEMA_LOCKS = (
    case("LCK-04", "ALTER TABLE trips DETACH PARTITION trips_2025",
         {"trips": ACCESS_EXCLUSIVE, "trips_2025": ACCESS_EXCLUSIVE}, given=PARTITIONS),
    # "a SHARE UPDATE EXCLUSIVE lock on the parent table, in addition to the ACCESS EXCLUSIVE locks on the table being
    # attached and on the default partition (if any)"
    case("LCK-05", ATTACH, {"trips": SHARE_UPDATE_EXCLUSIVE, "trips_2026": ACCESS_EXCLUSIVE},
         given=PARTITIONS, scans="trips_2026"),
    case("LCK-05", ATTACH,
         {"trips": SHARE_UPDATE_EXCLUSIVE, "trips_2026": ACCESS_EXCLUSIVE, "trips_rest": ACCESS_EXCLUSIVE},
         given=PARTITIONS + DEFAULT_PARTITION, scans="trips_2026 trips_rest"),
    case("LCK-05", ATTACH, {"trips": SHARE_UPDATE_EXCLUSIVE, "trips_2026": ACCESS_EXCLUSIVE},
         given=f"{PARTITIONS}; ALTER TABLE trips_2026 ADD {PROVING_CHECK}"),
    # CREATE TABLE … PARTITION OF: "requires taking an ACCESS EXCLUSIVE lock on the parent partitioned table"
    case("LCK-05", "CREATE TABLE trips_2027 PARTITION OF trips FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
         {"trips": ACCESS_EXCLUSIVE, "trips_rest": ACCESS_EXCLUSIVE}, given=PARTITIONS + DEFAULT_PARTITION,
         scans="trips_rest"),
    case("LCK-06", FOREIGN_KEY, BOTH, scans="boats owners"),
    case("LCK-06", f"{FOREIGN_KEY} NOT VALID", BOTH),
    # VALIDATE CONSTRAINT: "SHARE UPDATE EXCLUSIVE on the table being altered. If the constraint is a foreign key then
    # a ROW SHARE lock is also required on the table referenced by the constraint."
    case("LCK-06", "ALTER TABLE boats VALIDATE CONSTRAINT boats_owner",
         {"boats": SHARE_UPDATE_EXCLUSIVE, "owners": ROW_SHARE}, given=f"{FOREIGN_KEY} NOT VALID",
         scans="boats owners"),
    case("LCK-07", "CREATE TABLE crew (id integer, owner integer REFERENCES owners)", {"owners": SHARE_ROW_EXCLUSIVE}),
    case("LCK-08", "ALTER TABLE boats DROP CONSTRAINT boats_owner", BOATS | {"owners": ACCESS_EXCLUSIVE},
         given=FOREIGN_KEY),
    case("LCK-08", "DROP TABLE boats", BOATS_AND_INDEXES | {"owners": ACCESS_EXCLUSIVE}, given=FOREIGN_KEY),
    case("LCK-09", "ALTER TABLE boats ADD CHECK (length > 0)", BOATS, scans="boats"),
    case("LCK-09", "ALTER TABLE boats ADD CHECK (length > 0) NOT VALID", BOATS),
    case("LCK-09", "ALTER TABLE boats VALIDATE CONSTRAINT long", {"boats": SHARE_UPDATE_EXCLUSIVE},
         given="ALTER TABLE boats ADD CONSTRAINT long CHECK (length > 0) NOT VALID", scans="boats"),
    # Nothing is let go before the end: the scan is under the lock that the first statement took.
    case("LCK-10", "ALTER TABLE boats ADD CONSTRAINT long CHECK (length > 0) NOT VALID;"
         "ALTER TABLE boats VALIDATE CONSTRAINT long", {}, scans="boats"),
    case("LCK-11", "ALTER TABLE boats ALTER length SET NOT NULL", BOATS, scans="boats"),
    case("LCK-11", "ALTER TABLE boats ALTER length SET NOT NULL", BOATS,
         given="ALTER TABLE boats ADD CHECK (length IS NOT NULL)"),
    case("LCK-11", "ALTER TABLE boats ALTER length DROP NOT NULL", BOATS,
         given="ALTER TABLE boats ALTER length SET NOT NULL"),
    # ALTER POLICY, ENABLE ROW LEVEL SECURITY and their like note nothing else.
    case("LCK-25", POLICY, BOATS),
    case("LCK-25", "ALTER POLICY mine ON boats USING (length > 2)", BOATS, given=POLICY),
    case("LCK-25", "DROP POLICY mine ON boats", BOATS, given=POLICY),
    case("LCK-25", "ALTER TABLE boats ENABLE ROW LEVEL SECURITY", BOATS),
    case("LCK-25", "ALTER TABLE boats FORCE ROW LEVEL SECURITY", BOATS),
    case("LCK-26", TRIGGER, {"boats": SHARE_ROW_EXCLUSIVE}),
    # DISABLE/ENABLE TRIGGER: "This command acquires a SHARE ROW EXCLUSIVE lock."
    case("LCK-26", "ALTER TABLE boats DISABLE TRIGGER quiet", {"boats": SHARE_ROW_EXCLUSIVE}, given=TRIGGER),
    case("LCK-26", "DROP TRIGGER quiet ON boats", BOATS, given=TRIGGER),
    case("LCK-27", "CREATE OR REPLACE VIEW names AS SELECT name, id FROM boats",
         {"names": ACCESS_EXCLUSIVE, "boats": ACCESS_SHARE}, given="CREATE VIEW names AS SELECT name FROM boats"),
    case("LCK-28", "ALTER TABLE boats REPLICA IDENTITY FULL", BOATS),
    # SHARE UPDATE EXCLUSIVE is "acquired by VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY, CREATE STATISTICS, COMMENT ON".
    case("LCK-28", "ALTER PUBLICATION news ADD TABLE boats", {"boats": SHARE_UPDATE_EXCLUSIVE},
         given="CREATE PUBLICATION news"),
    case("LCK-28", "COMMENT ON TABLE boats IS 'afloat'", {"boats": SHARE_UPDATE_EXCLUSIVE}),
    case("LCK-28", "COMMENT ON COLUMN boats.length IS 'in metres'", {"boats": SHARE_UPDATE_EXCLUSIVE}),
    case("LCK-28", "ALTER TABLE boats ALTER length SET STATISTICS 500", {"boats": SHARE_UPDATE_EXCLUSIVE}),
    case("LCK-28", "ALTER TABLE boats SET (fillfactor = 80)", {"boats": SHARE_UPDATE_EXCLUSIVE}),
    case("LCK-28", "CREATE STATISTICS related ON length, price FROM boats", {"boats": SHARE_UPDATE_EXCLUSIVE}),
    case("LCK-28", "ANALYZE boats", {"boats": SHARE_UPDATE_EXCLUSIVE}),
    *(case("LCK-29", f"LOCK TABLE boats IN {mode.words} MODE", {"boats": mode}) for mode in LockMode),
    case("LCK-29", "LOCK TABLE boats", BOATS),
)  # fmt: skip

ROW_LOCKS = (
    case("LCK-15", "ALTER TABLE boats ALTER length TYPE bigint", BOATS_AND_INDEXES, rewrites=REWRITTEN, scans="boats"),
    # "if the collation for a column has been changed, an index rebuild is required"
    case("LCK-15", 'ALTER TABLE boats ALTER name TYPE varchar(50) COLLATE "POSIX"',
         BOATS | {"boats_name": ACCESS_EXCLUSIVE}, rewrites="boats_name", scans="boats"),
    case("LCK-15", "ALTER TABLE boats ALTER name TYPE varchar(40)", BOATS_AND_INDEXES, rewrites=REWRITTEN,
         scans="boats"),
    # The column's own index is dropped and comes again with the file that it had.
    case("LCK-15", "ALTER TABLE boats ALTER name TYPE varchar(100)", BOATS | {"boats_name": ACCESS_EXCLUSIVE}),
    case("LCK-15", "ALTER TABLE boats ALTER name TYPE text", BOATS | {"boats_name": ACCESS_EXCLUSIVE}),
    case("LCK-15", "ALTER TABLE boats ALTER price TYPE numeric(12, 2)", BOATS),
    case("LCK-15", "ALTER TABLE boats ALTER price TYPE numeric(12, 3)", BOATS_AND_INDEXES, rewrites=REWRITTEN,
         scans="boats"),
    case("LCK-15", "SET timezone = 'UTC'; ALTER TABLE boats ALTER built TYPE timestamptz", BOATS),
    case("LCK-15", "SET timezone = 'Europe/Berlin'; ALTER TABLE boats ALTER built TYPE timestamptz",
         BOATS_AND_INDEXES, rewrites=REWRITTEN, scans="boats"),
    case("LCK-16", "ALTER TABLE boats ADD COLUMN code uuid DEFAULT gen_random_uuid()", BOATS_AND_INDEXES,
         rewrites=REWRITTEN, scans="boats"),
    case("LCK-16", "ALTER TABLE boats ADD COLUMN seen timestamptz NOT NULL DEFAULT now()", BOATS),
    case("LCK-16", "ALTER TABLE boats ADD COLUMN more text", BOATS),
    case("LCK-16", "ALTER TABLE boats DROP COLUMN price", BOATS),
    case("LCK-17", "ALTER TABLE boats ADD COLUMN number bigserial", BOATS_AND_INDEXES, rewrites=REWRITTEN,
         scans="boats"),
    case("LCK-17", "ALTER TABLE boats ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY", BOATS_AND_INDEXES,
         rewrites=REWRITTEN, scans="boats"),
    case("LCK-18", "ALTER TABLE boats ADD COLUMN twice integer GENERATED ALWAYS AS (length * 2) STORED",
         BOATS_AND_INDEXES, rewrites=REWRITTEN, scans="boats"),
    case("LCK-19", "ALTER TABLE boats ADD COLUMN depth metres", BOATS_AND_INDEXES,
         given="CREATE DOMAIN metres AS integer CHECK (VALUE > 0)", rewrites=REWRITTEN, scans="boats"),
    case("LCK-19", "ALTER TABLE boats ADD COLUMN depth metres", BOATS, given="CREATE DOMAIN metres AS integer"),
    case("LCK-20", "ALTER DOMAIN metres ADD CHECK (VALUE > 0)", {"harbours": SHARE, "piers": SHARE},
         given="CREATE DOMAIN metres AS integer; CREATE TABLE harbours (depth metres);"
         "CREATE TABLE piers (long metres)", scans="harbours piers"),
    case("LCK-20", "ALTER DOMAIN metres ADD CHECK (VALUE > 0) NOT VALID", {},
         given="CREATE DOMAIN metres AS integer; CREATE TABLE harbours (depth metres)"),
    case("LCK-21", "ALTER TABLE boats SET UNLOGGED", BOATS_AND_INDEXES, rewrites=REWRITTEN, scans="boats"),
    case("LCK-21", "ALTER TABLE boats SET LOGGED", BOATS_AND_INDEXES, given="ALTER TABLE boats SET UNLOGGED",
         rewrites=REWRITTEN, scans="boats"),
    case("LCK-22", "CLUSTER boats USING boats_name", BOATS_AND_INDEXES, rewrites=REWRITTEN, scans="boats"),
    case("LCK-23", "REFRESH MATERIALIZED VIEW fleet", {"fleet": ACCESS_EXCLUSIVE, "boats": ACCESS_SHARE},
         given=FLEET, rewrites="fleet", scans="boats"),
    # EXCLUSIVE is "acquired by REFRESH MATERIALIZED VIEW CONCURRENTLY".
    case("LCK-23", "REFRESH MATERIALIZED VIEW CONCURRENTLY fleet", {"fleet": EXCLUSIVE, "boats": ACCESS_SHARE},
         given=f"{FLEET}; CREATE UNIQUE INDEX fleet_id ON fleet (id)", scans="boats fleet"),
    # New files that are empty; their indexes are built anew, over no row.
    case("LCK-24", "TRUNCATE boats", BOATS_AND_INDEXES, rewrites=REWRITTEN, scans="boats"),
    case("LCK-24", "TRUNCATE owners CASCADE",
         BOATS_AND_INDEXES | {"owners": ACCESS_EXCLUSIVE, "owners_pkey": ACCESS_EXCLUSIVE}, given=FOREIGN_KEY,
         rewrites=f"{REWRITTEN} owners owners_pkey", scans="boats owners"),
    # ROW EXCLUSIVE is acquired by "UPDATE, DELETE, INSERT, and MERGE", ROW SHARE by "SELECT … FOR UPDATE".
    case("LCK-35", "UPDATE boats SET length = length + 1", {"boats": ROW_EXCLUSIVE}, scans="boats"),
    case("LCK-35", "DELETE FROM boats", {"boats": ROW_EXCLUSIVE}, scans="boats"),
    case("LCK-35", "INSERT INTO owners SELECT id + 1000, name FROM boats",
         {"owners": ROW_EXCLUSIVE, "boats": ACCESS_SHARE}, scans="boats"),
    case("LCK-35", "SELECT FROM boats FOR UPDATE", {"boats": ROW_SHARE}, scans="boats"),
)  # fmt: skip

#: Those that are hidden in blocks and functions, one for each kind of effect.
HIDDEN = tuple(
    one
    for one in (*INDEX_LOCKS, *SCHEMA_LOCKS, *ROW_LOCKS)
    if one.sql in {
        "CREATE INDEX ON boats (length)",
        "DROP INDEX boats_name",
        FOREIGN_KEY,
        "ALTER TABLE boats ADD CHECK (length > 0)",
        POLICY,
        TRIGGER,
        "ALTER TABLE boats ALTER length TYPE bigint",
        "ALTER TABLE boats ALTER name TYPE varchar(100)",
        "UPDATE boats SET length = length + 1",
    }
)  # fmt: skip
