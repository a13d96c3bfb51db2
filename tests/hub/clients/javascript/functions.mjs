// Functions of the database.
import { as, check, data, equal, error, HARBOUR, ids, LIGHTHOUSE, withKey } from "./checks.mjs";

await check("rpc: a value", async () => equal(await data(as("ada").rpc("add", { a: 1, b: 2 })), 3));
await check("rpc: what is left out has its default", async () => equal(await data(as("ada").rpc("add", { a: 1 })), 11));
await check("rpc: with GET", async () => equal(await data(as("ada").rpc("add", { a: 1, b: 2 }, { get: true })), 3));
await check("rpc: with GET and an array", async () =>
  equal(await data(as("ada").rpc("doubled", { numbers: [1, 2] }, { get: true })), [2, 4]));
await check("rpc: with HEAD, and how many rows", async () => {
  const answer = await as("ada").rpc("longer_than", { metres: 10 }, { head: true, count: "exact" });
  equal([answer.status, answer.data, answer.count], [200, null, 2]);
});
await check("rpc: nothing", async () => {
  const answer = await as("ada").rpc("rename_boat", { boat: 99, new_name: "Xenia" });
  equal([answer.status, answer.data, answer.error], [204, null, null]);
});
await check("rpc: rows, filtered, ordered and limited", async () => {
  const query = as("ada").rpc("longer_than", { metres: 5 });
  equal(await ids(query.select("id").gt("id", 1).order("length", { ascending: false }).limit(2)), [4, 2]);
});
await check("rpc: rows, and how many", async () => {
  const answer = await as("ada").rpc("longer_than", { metres: 5 }, { count: "exact" }).select("id").limit(1);
  equal([answer.data, answer.count], [[{ id: 1 }], 4]);
});
await check("rpc: one row", async () => equal((await data(as("ada").rpc("longest"))).id, 4));
await check("rpc: one row of several", async () => {
  const told = await error(as("ada").rpc("longer_than", { metres: 10 }).single());
  equal([told.status, told.code], [406, "PGRST116"]);
});
await check("rpc: the release's own, for a member", async () => {
  const rows = await data(as("max").rpc("search_contacts", { organization: HARBOUR, query: "berg" }));
  equal(rows.map((row) => row.full_name), ["Anna Berg"]);
});
await check("rpc: the release's own, of another organization", async () => {
  const told = await error(as("max").rpc("search_contacts", { organization: LIGHTHOUSE, query: "berg" }));
  equal([told.status, told.code, told.message], [403, "42501", "not an active member of this organization"]);
});
await check("rpc: health of the organization's integrations", async () =>
  equal((await data(as("max").rpc("integration_health", { p_organization_id: HARBOUR }))).length, 3));
await check("rpc: what is for the service is for nobody else", async () => {
  const told = await error(as("ada").rpc("cleanup_inactive_integrations", { p_is_rehearsal: true }));
  equal([told.status, told.code], [403, "42501"]);
  equal(await data(withKey("service").rpc("cleanup_inactive_integrations", { p_is_rehearsal: true })), []);
});
await check("rpc: a visitor calls nothing of the release", async () => {
  const told = await error(withKey("anon").rpc("search_contacts", { organization: HARBOUR, query: "berg" }));
  equal([told.status, told.code], [401, "42501"]);
});
await check("rpc: a function that does not exist", async () => {
  const told = await error(as("ada").rpc("add_up", { a: 1 }));
  equal([told.status, told.code], [404, "PGRST202"]);
});
await check("rpc: the database sees the claims of the token", async () =>
  equal(await data(as("ada").rpc("claim", { name: "sub" })), "10000000-0000-4000-8000-000000000002"));
