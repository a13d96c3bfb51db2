-- A row out of JSON, with some of its values replaced.
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {columns} FROM jsonb_populate_record(NULL::{table}, {content}::jsonb || {changes}::jsonb)
