-- Partitioned tables without a default partition, and tables that inherit.
CREATE TABLE by_time (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE by_time_1 PARTITION OF by_time FOR VALUES FROM ('2021-01-01 00:00+00') TO ('2021-02-01 00:00+00');
CREATE TABLE by_time_2 PARTITION OF by_time FOR VALUES FROM ('2022-01-01 00:00+00') TO ('2022-02-01 00:00+00');
CREATE TABLE by_list (id uuid NOT NULL, region text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE by_list_eu PARTITION OF by_list FOR VALUES IN ('eu', 'uk');
CREATE TABLE by_list_us PARTITION OF by_list FOR VALUES IN ('us') PARTITION BY RANGE (id);
CREATE TABLE by_list_us_all PARTITION OF by_list_us DEFAULT;
CREATE TABLE by_hash (id integer PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE by_number (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE by_number_1 PARTITION OF by_number FOR VALUES FROM (-1000) TO (1000);
CREATE TABLE with_default (id serial, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE with_default_1 PARTITION OF with_default FOR VALUES FROM ('1990-01-01') TO ('1991-01-01');
CREATE TABLE with_default_rest PARTITION OF with_default DEFAULT;
CREATE TABLE of_partitioned (at timestamptz, id bigint, FOREIGN KEY (id, at) REFERENCES by_time (id, at));
CREATE TABLE animals (id serial PRIMARY KEY, name text CHECK (length(name) > 2));
CREATE TABLE dogs (tail integer NOT NULL CHECK (tail > 3)) INHERITS (animals);
CREATE TABLE owners_of_animals (animal_id integer REFERENCES animals);
CREATE TABLE by_month (id uuid, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
DO $$
BEGIN
  FOR month IN 0..35 LOOP
    EXECUTE format(
      'CREATE TABLE by_month_%s PARTITION OF by_month FOR VALUES FROM (%L) TO (%L)', month,
      date '2024-01-01' + make_interval(months => month), date '2024-01-01' + make_interval(months => month + 1)
    );
  END LOOP;
END
$$;
