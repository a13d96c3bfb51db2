// The shape of an answer: order, range, counts, one row or none, and what only another server has.
import { as, check, data, equal, error, ids, ok } from "./checks.mjs";

const boats = (...columns) => as("ada").from("boats").select(...columns);

await check("order, ascending", async () => equal(await ids(boats("id").order("length")), [3, 1, 2, 4]));
await check("order, descending", async () =>
  equal(await ids(boats("id").order("length", { ascending: false })), [4, 2, 1, 3]));
await check("order, nulls first and last", async () => {
  equal(await ids(boats("id").order("seen_at", { nullsFirst: true })), [3, 1, 2, 4]);
  equal(await ids(boats("id").order("seen_at", { ascending: false, nullsFirst: false })), [4, 2, 1, 3]);
});
await check("order, by two columns", async () =>
  equal(await ids(boats("id").order("harbour_id").order("length", { ascending: false })), [1, 3, 2, 4]));
await check("limit", async () => equal(await ids(boats("id").order("id").limit(2)), [1, 2]));
await check("range", async () => equal(await ids(boats("id").order("id").range(1, 2)), [2, 3]));
await check("range, beyond the end", async () => equal(await ids(boats("id").order("id").range(3, 99)), [4]));
await check("count, with rows", async () => {
  const answer = await boats("id", { count: "exact" }).order("id").range(0, 1);
  equal([answer.status, answer.count, answer.data], [206, 4, [{ id: 1 }, { id: 2 }]]);
});
await check("count, of what a filter finds", async () =>
  equal((await boats("id", { count: "exact" }).gt("length", 10)).count, 2));
await check("head: the count alone", async () => {
  const answer = await boats("*", { count: "exact", head: true });
  equal([answer.status, answer.count, answer.data], [200, 4, null]);
});
await check("head: an error without a body; of a table that does not exist the client makes 204", async () => {
  const options = { count: "exact", head: true };
  equal((await boats("nmae", options)).status, 400);
  const answer = await as("ada").from("boots").select("*", options);
  equal([answer.status, answer.count], [204, null]);
});
await check("count, estimated", async () => equal((await boats("id", { count: "estimated" }).gt("length", 10)).count, 2));
await check("count, planned", async () => equal((await as("ada").from("counted").select("boats", { count: "planned" })).count, 1));
await check("single", async () => equal(await data(boats("id").eq("name", "Anna").single()), { id: 1 }));
await check("single, where there is none", async () => {
  const told = await error(boats("id").eq("name", "Xenia").single());
  equal([told.status, told.code, told.details], [406, "PGRST116", "The result contains 0 rows"]);
});
await check("single, where there are many", async () => {
  const told = await error(boats("id").single());
  equal([told.status, told.code, told.details], [406, "PGRST116", "The result contains 4 rows"]);
});
await check("maybeSingle", async () => equal(await data(boats("id").eq("name", "Anna").maybeSingle()), { id: 1 }));
await check("maybeSingle, where there is none", async () =>
  equal(await data(boats("id").eq("name", "Xenia").maybeSingle()), null));
await check("maybeSingle, where there are many", async () => {
  const told = await error(boats("id").maybeSingle());
  equal(told.code, "PGRST116");
});
await check("throwOnError", async () => {
  const thrown = await boats("nmae").throwOnError().then(() => null, (caught) => caught);
  equal([thrown.name, thrown.code], ["PostgrestError", "42703"]);
});
await check("returns, overrideTypes, retry and setHeader are the client's own", async () => {
  equal(await data(boats("id").eq("id", 1).returns().retry(false).setHeader("X-Client", "test")), [{ id: 1 }]);
  equal(await data(boats("id").eq("id", 1).overrideTypes()), [{ id: 1 }]);
});
await check("abortSignal", async () => {
  const stop = new AbortController();
  stop.abort();
  const answer = await boats("id").abortSignal(stop.signal);
  equal(answer.data, null);
  ok(/abort/i.test(answer.error.message), answer.error.message);
});
await check("abortSignal, with a timeout that is long enough", async () =>
  equal(await ids(boats("id").eq("id", 1).abortSignal(AbortSignal.timeout(30_000))), [1]));
await check("a schema that is exposed, by name", async () =>
  equal(await ids(as("ada").schema("public").from("boats").select("id").eq("id", 1)), [1]));
await check("a schema that is not exposed", async () => {
  const told = await error(as("ada").schema("private").from("integration_credentials").select());
  equal([told.status, told.code], [406, "PGRST106"]);
});

await check("stripNulls", async () => {
  equal(await data(boats("id, is_sold").in("id", [2, 3]).order("id").stripNulls()), [{ id: 2, is_sold: true }, { id: 3 }]);
  equal(await data(boats("id, is_sold").eq("id", 3).stripNulls().single()), { id: 3 });
});
await check("rollback: done, seen, and undone", async () => {
  const harbours = () => as("ada").from("harbours");
  equal(await data(harbours().insert({ id: 50, name: "Riga" }).select().rollback()), [{ id: 50, name: "Riga" }]);
  equal(await data(harbours().select().eq("id", 50)), []);
});

const missing = async (query, word) => {
  const told = await error(query);
  equal(told.status, 501);
  ok(told.message.includes(word), told.message);
};
await check("501: embedded rows", async () => missing(boats("id, harbours(name)"), "embedding"));
await check("501: fields of JSON", async () => missing(boats("papers->>flag"), "JSON path"));
await check("501: a cast", async () => missing(boats("length::text"), "cast"));
await check("501: an aggregate", async () => missing(boats("length.sum()"), "aggregate"));
await check("501: csv", async () => missing(boats("id").csv(), "text/csv"));
await check("501: geojson", async () => missing(boats("id").geojson(), "application/geo+json"));
await check("501: explain", async () => missing(boats("id").explain(), "application/vnd.pgrst.plan"));
