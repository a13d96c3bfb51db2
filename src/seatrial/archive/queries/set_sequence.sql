-- The next value is one that no row has.
SELECT setval(:'sequence', x.reached)
FROM (SELECT {most}({column}) AS reached FROM {table}) AS x, {sequence} AS s
WHERE x.reached {beyond} s.last_value;
