-- Functions with which nothing is wrong, of the kinds in which a compiler of bodies finds faults that are none.
CREATE TABLE public.orgs(id uuid primary key, name text not null, seats int, data jsonb, tags text[], created_at timestamptz default now());
CREATE TABLE public.members(id bigserial primary key, org_id uuid, email varchar(80), role text);
CREATE TYPE public.pair AS (a int, b text);
CREATE TYPE public.mood AS ENUM ('ok','bad');
CREATE DOMAIN public.email AS text CHECK (value like '%@%');
CREATE DOMAIN public.dpair AS public.pair;
CREATE TABLE public.parts (id int, at date) PARTITION BY RANGE (at);
CREATE PROCEDURE public.pr(x int, INOUT y int) LANGUAGE plpgsql AS $$BEGIN y := x; COMMIT; END$$;

CREATE FUNCTION public.jsonb_set(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $body$
DECLARE v jsonb := p; BEGIN v['a'] := to_jsonb(1); v := v || jsonb_build_object('x', v->'a'); RETURN v; END
$body$;

CREATE FUNCTION public.rec_json() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE e record; BEGIN FOR e IN SELECT * FROM jsonb_each('{}'::jsonb) LOOP RAISE NOTICE '% %', e.key, e.value; END LOOP; END
$body$;

CREATE FUNCTION public.rec_el(p jsonb) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE e jsonb; BEGIN FOR e IN SELECT * FROM jsonb_array_elements(p) LOOP RAISE NOTICE '%', e->>'x'; END LOOP; FOR e IN SELECT value FROM jsonb_array_elements(p) LOOP NULL; END LOOP; END
$body$;

CREATE FUNCTION public.ret_json(p_id uuid) RETURNS json LANGUAGE plpgsql AS $body$
DECLARE result json; BEGIN SELECT json_build_object('a', o.name, 'b', (SELECT json_agg(m) FROM members m WHERE m.org_id = o.id)) INTO result FROM orgs o WHERE o.id = p_id; RETURN result; END
$body$;

CREATE FUNCTION public.outs(p uuid, OUT total int, OUT last timestamptz) RETURNS record LANGUAGE plpgsql AS $body$
BEGIN SELECT count(*), max(created_at) INTO total, last FROM orgs o WHERE o.id = p; END
$body$;

CREATE FUNCTION public.inout(INOUT v int, VARIADIC arr text[]) RETURNS int LANGUAGE plpgsql AS $body$
BEGIN v := v + array_length(arr, 1); IF $1 > 3 THEN v := $2[1]::int; END IF; END
$body$;

CREATE FUNCTION public.rows() RETURNS setof members LANGUAGE plpgsql AS $body$
BEGIN RETURN QUERY SELECT * FROM members; RETURN QUERY SELECT m.* FROM members m JOIN orgs o ON o.id = m.org_id; RETURN; END
$body$;

CREATE FUNCTION public.rowsexec(t text) RETURNS setof members LANGUAGE plpgsql AS $body$
BEGIN RETURN QUERY EXECUTE format('SELECT * FROM %I', t); END
$body$;

CREATE FUNCTION public.rets() RETURNS table(id uuid, name text) LANGUAGE plpgsql AS $body$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT id, name FROM orgs ORDER BY name; INSERT INTO orgs(id, name) VALUES (gen_random_uuid(), 'x') ON CONFLICT (id) DO UPDATE SET name = excluded.name; END
$body$;

CREATE FUNCTION public.ltree() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r RECORD; n INTEGER; BEGIN FOR r IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public') LOOP EXECUTE 'ALTER TABLE ' || quote_ident(r.tablename) || ' ENABLE ROW LEVEL SECURITY'; END LOOP; GET DIAGNOSTICS n = ROW_COUNT; END
$body$;

CREATE FUNCTION public.nested() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; s record; BEGIN FOR r IN SELECT * FROM orgs LOOP FOR s IN SELECT * FROM members m WHERE m.org_id = r.id LOOP UPDATE members SET role = r.name WHERE id = s.id AND email <> r.name; END LOOP; END LOOP; END
$body$;

CREATE FUNCTION public.currentof() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE c CURSOR FOR SELECT * FROM orgs FOR UPDATE; r orgs; BEGIN OPEN c; FETCH c INTO r; UPDATE orgs SET seats = 1 WHERE CURRENT OF c; CLOSE c; END
$body$;

CREATE FUNCTION public.refc() RETURNS refcursor LANGUAGE plpgsql AS $body$
DECLARE c refcursor := 'x'; r record; BEGIN OPEN c FOR SELECT id, name FROM orgs; FETCH c INTO r; RAISE NOTICE '%', r.name; RETURN c; END
$body$;

CREATE FUNCTION public.enumc(m mood) RETURNS text LANGUAGE plpgsql AS $body$
BEGIN CASE m WHEN 'ok' THEN RETURN 'a'; WHEN 'bad' THEN RETURN m; END CASE; IF m IN ('ok','bad') THEN RETURN m::text; END IF; END
$body$;

CREATE FUNCTION public.strictexc(p uuid) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE v orgs%ROWTYPE; BEGIN SELECT * INTO STRICT v FROM orgs WHERE id = p; RETURN v.name; EXCEPTION WHEN no_data_found THEN RETURN NULL; WHEN too_many_rows THEN RAISE EXCEPTION 'x' USING ERRCODE = 'P0001', DETAIL = SQLERRM; END
$body$;

CREATE FUNCTION public.diag() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE a text; b text; BEGIN NULL; EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS a = MESSAGE_TEXT, b = PG_EXCEPTION_DETAIL; RAISE NOTICE '% % %', a, b, SQLSTATE; END
$body$;

CREATE FUNCTION public.retdom() RETURNS email LANGUAGE plpgsql AS $body$
BEGIN RETURN 'a@b'; END
$body$;

CREATE FUNCTION public.retpairnull() RETURNS pair LANGUAGE plpgsql AS $body$
BEGIN RETURN NULL; END
$body$;

CREATE FUNCTION public.retpair() RETURNS pair LANGUAGE plpgsql AS $body$
DECLARE p pair; BEGIN p.a := 1; p.b := 'x'; RETURN p; END
$body$;

CREATE FUNCTION public.retpair2() RETURNS pair LANGUAGE plpgsql AS $body$
BEGIN RETURN (1, 'x'::text)::pair; END
$body$;

CREATE FUNCTION public.retpair3() RETURNS pair LANGUAGE plpgsql AS $body$
BEGIN RETURN row(1, 'x'::text); END
$body$;

CREATE FUNCTION public.retpair4() RETURNS pair LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN r := row(1, 'x'::text); RETURN r; END
$body$;

CREATE FUNCTION public.setofpair() RETURNS setof pair LANGUAGE plpgsql AS $body$
DECLARE p pair; BEGIN p := row(1,'x'); RETURN NEXT p; RETURN NEXT row(1,'x'::text)::pair; RETURN QUERY SELECT 1, 'x'; RETURN QUERY SELECT 1, 'x'::text; RETURN QUERY VALUES (1,'a'),(2,'b'); END
$body$;

CREATE FUNCTION public.dpair() RETURNS dpair LANGUAGE plpgsql AS $body$
DECLARE p pair; BEGIN p.a := 1; RETURN p; END
$body$;

CREATE FUNCTION public.sdpair() RETURNS setof dpair LANGUAGE plpgsql AS $body$
DECLARE p pair; BEGIN p.a := 1; RETURN NEXT p; RETURN QUERY SELECT 1, 'x'::text; END
$body$;

CREATE FUNCTION public.recursive(root int) RETURNS table(lvl int, nm text) LANGUAGE plpgsql AS $body$
BEGIN RETURN QUERY WITH RECURSIVE t(n, x) AS (SELECT root, 'a'::text UNION ALL SELECT t.n + 1, t.x FROM t WHERE t.n < 3) SELECT t.n, t.x FROM t; END
$body$;

CREATE FUNCTION public.dynin(tbl regclass, OUT n bigint) RETURNS bigint LANGUAGE plpgsql AS $body$
BEGIN EXECUTE format('SELECT count(*) FROM %s', tbl) INTO n; END
$body$;

CREATE FUNCTION public.shadow(name text) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE name int := 3; BEGIN RETURN shadow.name || name; END
$body$;

CREATE FUNCTION public.fnlabel(id uuid) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE r text; BEGIN SELECT o.name INTO r FROM orgs o WHERE o.id = fnlabel.id; RETURN r; END
$body$;

CREATE FUNCTION public.usevar(id uuid) RETURNS text LANGUAGE plpgsql AS $body$
#variable_conflict use_variable
DECLARE r text; BEGIN SELECT o.name INTO r FROM orgs o WHERE o.id = id; RETURN r; END
$body$;

CREATE FUNCTION public.tablefn(orgs text) RETURNS int LANGUAGE plpgsql AS $body$
BEGIN RETURN (SELECT count(*) FROM orgs); END
$body$;

CREATE FUNCTION public.alias_same_as_scalar(m int) RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE o text; r bigint; BEGIN SELECT m.id INTO r FROM members m JOIN orgs o ON o.id = m.org_id; RETURN r; END
$body$;

CREATE FUNCTION public.loopvar() RETURNS int[] LANGUAGE plpgsql AS $body$
DECLARE acc int[] := ARRAY[]::int[]; i int; BEGIN FOR i IN SELECT generate_series(1,3) LOOP acc := acc || i; acc := array_append(acc, i); END LOOP; FOREACH i IN ARRAY acc LOOP NULL; END LOOP; RETURN acc; END
$body$;

CREATE FUNCTION public.slice() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE x int[]; y int[][] := '{{1,2},{3,4}}'; BEGIN FOREACH x SLICE 1 IN ARRAY y LOOP RAISE NOTICE '%', x[1]; END LOOP; END
$body$;

CREATE FUNCTION public.arrcomp() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE ps pair[]; p pair; r record; BEGIN ps[1] := row(1,'x')::pair; ps[1].b := 'y'; FOREACH p IN ARRAY ps LOOP RAISE NOTICE '%', p.b; END LOOP; FOREACH r IN ARRAY ps LOOP RAISE NOTICE '%', r.b; END LOOP; END
$body$;

CREATE FUNCTION public.execint() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; a int; BEGIN EXECUTE 'SELECT id, name FROM orgs WHERE seats = $1 AND name = $2' INTO r USING 3, 'x'; RAISE NOTICE '%', r.name; EXECUTE 'SELECT 1' INTO a; EXECUTE $q$ UPDATE orgs SET data = jsonb_set(data, '{a}', to_jsonb($1)) $q$ USING now(); END
$body$;

CREATE FUNCTION public.lockt() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN LOCK TABLE orgs IN SHARE MODE; TRUNCATE parts; ANALYZE orgs; SET LOCAL work_mem = '1MB'; PERFORM pg_advisory_xact_lock(hashtext('x')); NOTIFY foo; END
$body$;

CREATE FUNCTION public.createpart(d date) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE nm text := 'parts_' || to_char(d, 'YYYY'); BEGIN IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = nm) THEN EXECUTE format('CREATE TABLE %I PARTITION OF parts FOR VALUES FROM (%L) TO (%L)', nm, d, d + 1); END IF; END
$body$;

CREATE FUNCTION public.inner_block() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN DO $x$ BEGIN PERFORM 1 FROM nope; END $x$; END
$body$;

CREATE FUNCTION public.casewhen(x int) RETURNS text LANGUAGE plpgsql AS $body$
BEGIN RETURN CASE WHEN x > 1 THEN 'a' ELSE 'b' END; IF (x > 1) IS NOT TRUE AND x BETWEEN 1 AND 2 THEN NULL; END IF; END
$body$;

CREATE FUNCTION public.existscond() RETURNS boolean LANGUAGE plpgsql AS $body$
BEGIN IF EXISTS (SELECT 1 FROM orgs WHERE seats > 1) AND NOT EXISTS (SELECT 1 FROM members) THEN RETURN true; END IF; RETURN FOUND; END
$body$;

CREATE FUNCTION public.intoarr() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE ids uuid[]; n int; BEGIN SELECT array_agg(id) INTO ids FROM orgs; UPDATE orgs SET seats = 1 WHERE id = ANY(ids); DELETE FROM orgs WHERE id = ids[1] RETURNING seats INTO n; END
$body$;

CREATE FUNCTION public.insertrec() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r orgs; BEGIN SELECT * INTO r FROM orgs LIMIT 1; r.id := gen_random_uuid(); INSERT INTO orgs VALUES (r.*); INSERT INTO orgs SELECT r.*; INSERT INTO orgs SELECT (r).*; UPDATE orgs SET (name, seats) = (r.name, r.seats) WHERE id = r.id; END
$body$;

CREATE FUNCTION public.recinsert() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN FOR r IN DELETE FROM members m USING orgs o WHERE o.id = m.org_id RETURNING m.id, o.name AS org LOOP RAISE NOTICE '% %', r.id, r.org; END LOOP; UPDATE orgs SET seats = 1 RETURNING * INTO r; RAISE NOTICE '%', r.seats; END
$body$;

CREATE FUNCTION public.unioninto() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; name text; BEGIN SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a INTO r; RAISE NOTICE '%', r.a; END
$body$;

CREATE FUNCTION public.window() RETURNS table(id2 uuid, rn bigint) LANGUAGE plpgsql AS $body$
BEGIN RETURN QUERY SELECT o.id, row_number() OVER (PARTITION BY o.seats ORDER BY o.created_at) FROM orgs o; END
$body$;

CREATE FUNCTION public.nullvar() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE a int; BEGIN a := NULL; a = (SELECT max(seats) FROM orgs); a := a + COALESCE((SELECT 1), 0); SELECT INTO a count(*) FROM orgs; SELECT count(*) FROM orgs INTO a; END
$body$;

CREATE FUNCTION public.comments() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE /* x */ a int; -- comment
BEGIN -- c
 a := 1 -- trailing
 ; /* IF */ PERFORM a; SELECT 1 -- x
 INTO a; END
$body$;

CREATE FUNCTION public.quoted("Odd Name" int) RETURNS int LANGUAGE plpgsql AS $body$
DECLARE "V" int := "Odd Name"; BEGIN "V" := "V" + $1; RETURN "V"; END
$body$;

CREATE FUNCTION public.mergeit() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE s int := 1; BEGIN MERGE INTO orgs o USING members m ON m.org_id = o.id WHEN MATCHED THEN UPDATE SET seats = s; END
$body$;

CREATE FUNCTION public.sqlcall() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN PERFORM nested(); PERFORM * FROM outs(gen_random_uuid()); PERFORM (outs(NULL)).total; END
$body$;

CREATE FUNCTION public.namedargs() RETURNS text LANGUAGE plpgsql AS $body$
DECLARE p uuid; BEGIN RETURN ret_json(p_id => p)::text || (SELECT x.total FROM outs(p := p) x)::text; END
$body$;

CREATE FUNCTION public.assertit() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN ASSERT (SELECT count(*) FROM orgs) >= 0, 'x' || now(); END
$body$;

CREATE FUNCTION public.xmlx() RETURNS text LANGUAGE plpgsql AS $body$
DECLARE t tsvector; BEGIN t := to_tsvector('english', 'x'); RETURN t @@ to_tsquery('x'); END
$body$;

CREATE FUNCTION public.interval(d interval default interval '1 day') RETURNS timestamptz LANGUAGE plpgsql AS $body$
DECLARE cutoff timestamptz := now() - d; BEGIN RETURN cutoff + (3 || ' days')::interval - make_interval(days => 3); END
$body$;

CREATE FUNCTION public.deep() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN BEGIN SELECT id INTO r FROM orgs; EXCEPTION WHEN OTHERS THEN RAISE; END; RAISE NOTICE '%', r.id; IF r.id IS NULL THEN RETURN; END IF; END
$body$;

CREATE FUNCTION public.ifrec(x bool) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN IF x THEN SELECT * INTO r FROM orgs; ELSE SELECT * INTO r FROM orgs LIMIT 1; END IF; RAISE NOTICE '%', r.id; END
$body$;

CREATE FUNCTION public.looprec() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; last record; BEGIN FOR r IN SELECT * FROM orgs LOOP IF last.id IS NOT NULL THEN NULL; END IF; last := r; END LOOP; END
$body$;

CREATE FUNCTION public.groupby() RETURNS table(seat int, c bigint) LANGUAGE plpgsql AS $body$
BEGIN RETURN QUERY SELECT o.seats AS seat, count(*) AS c FROM orgs o GROUP BY o.seats ORDER BY seat, c; END
$body$;

CREATE FUNCTION public.having() RETURNS table(day date, c bigint) LANGUAGE plpgsql AS $body$
BEGIN RETURN QUERY SELECT o.created_at::date AS day, count(*) FROM orgs o GROUP BY 1 ORDER BY day DESC; END
$body$;

CREATE FUNCTION public.ins_ret_multi() RETURNS uuid LANGUAGE plpgsql AS $body$
DECLARE new_id uuid; n text; BEGIN INSERT INTO orgs (id, name) VALUES (gen_random_uuid(), 'a') RETURNING id, name INTO new_id, n; RETURN new_id; END
$body$;

CREATE FUNCTION public.execfmtconst() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN EXECUTE 'COMMENT ON TABLE orgs IS ''x'''; EXECUTE 'DROP TABLE IF EXISTS zzz'; EXECUTE 'SET LOCAL x.y = 1'; END
$body$;

CREATE FUNCTION public.newold() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE new record; old orgs; BEGIN SELECT * INTO new FROM orgs; SELECT * INTO old FROM orgs; RAISE NOTICE '%', new.name = old.name; END
$body$;

CREATE FUNCTION public.coll() RETURNS text LANGUAGE plpgsql AS $body$
DECLARE a text COLLATE "C" := 'x'; BEGIN RETURN a < 'y' COLLATE "C"; END
$body$;

CREATE FUNCTION public.grouping_amb() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN FOR r IN SELECT unnest(tags) AS tag, name FROM orgs LOOP RAISE NOTICE '%', r.tag; END LOOP; FOR r IN SELECT m.id, o.id AS oid FROM members m, orgs o LOOP RAISE NOTICE '%', r.oid; END LOOP; END
$body$;

CREATE FUNCTION public.anonrec() RETURNS setof record LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN FOR r IN SELECT 1, 2 LOOP RETURN NEXT r; END LOOP; RETURN QUERY SELECT 1, 2; END
$body$;

CREATE FUNCTION public.retrec() RETURNS record LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN SELECT 1 AS a INTO r; RETURN r; END
$body$;

CREATE FUNCTION public.voidret() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN RETURN; END
$body$;

CREATE FUNCTION public.callp() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE a int; BEGIN CALL pr(1, a); CALL pr(x => 1, y => a); END
$body$;

CREATE FUNCTION public.polyres(a anyelement, b anyarray) RETURNS anyarray LANGUAGE plpgsql AS $body$
BEGIN RETURN array_append(b, a); END
$body$;

CREATE FUNCTION public.txn() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN PERFORM txid_current(); END
$body$;

CREATE FUNCTION public.found_alias() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE n int; BEGIN SELECT found.n INTO n FROM (SELECT 1 AS n) AS found; END
$body$;

CREATE FUNCTION public.bigcount() RETURNS table(total bigint) LANGUAGE plpgsql AS $body$
BEGIN RETURN QUERY SELECT COUNT(*)::BIGINT FROM orgs; END
$body$;

CREATE FUNCTION public.vchar() RETURNS table(e varchar) LANGUAGE plpgsql AS $body$
BEGIN RETURN QUERY SELECT m.email FROM members m; END
$body$;

CREATE FUNCTION public.rowctor() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN SELECT o, m INTO r FROM orgs o, members m; RAISE NOTICE '%', (r.o).name; END
$body$;

CREATE FUNCTION public.selectstarjoin() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE r record; BEGIN FOR r IN SELECT * FROM orgs o JOIN members m ON m.org_id = o.id LOOP RAISE NOTICE '%', r.email; END LOOP; END
$body$;
