// The seed's checklist: list, create, update, filtered query, delete; and all together.
import { as, check, data, ends, equal, HARBOUR, ids, ok, organization, withHeader, withKey } from "./checks.mjs";

await check("list: the organization's integrations", async () =>
  equal(await ends(as("max").from("integrations").select()), ["a1", "a2", "a3"]));
await check("list: with the token in a header", async () =>
  equal(await ends(withHeader("max").from("integrations").select("*")), ["a1", "a2", "a3"]));
await check("list: chosen columns, one under another name", async () => {
  const rows = await data(
    as("max").from("integrations").select("kind:integration_type, is_active").eq("integration_type", "email"));
  equal(rows, [{ kind: "email", is_active: true }]);
});
await check("list: every column as its type in JSON", async () => {
  const row = await data(as("max").from("integrations").select().eq("integration_type", "whatsapp").single());
  equal(row.configuration, { number: "+4930000000" });
  equal(row.is_active, true);
  equal(row.last_error, null);
  ok(!Number.isNaN(Date.parse(row.last_sync_at)), row.last_sync_at);
});
await check("list: a view", async () =>
  equal((await data(as("max").from("integration_dashboard").select("integration_type"))).length, 3));
await check("filtered query: active ones of a state", async () =>
  equal(await ends(as("max").from("integrations").select().eq("is_active", true).in("status", ["error"])), ["a2"]));
await check("filtered query: one of two states, latest first", async () => {
  const query = as("max").from("integrations").select("id").or("status.eq.active,status.eq.inactive");
  equal((await ids(query.order("last_sync_at", { ascending: false, nullsFirst: false }))).map((id) => id.slice(-2)),
    ["a1", "a3"]);
});

await check("create: one row, without a word about it", async () => {
  const organization_id = await organization();
  const answer = await as("ada").from("integrations").insert({ organization_id, integration_type: "sms" });
  equal([answer.status, answer.data, answer.error], [201, null, null]);
});
await check("create: one row, and see it", async () => {
  const organization_id = await organization();
  const row = await data(as("ada").from("integrations")
    .insert({ organization_id, integration_type: "sms", configuration: { from: "+49" } }).select().single());
  equal([row.organization_id, row.status, row.configuration], [organization_id, "inactive", { from: "+49" }]);
});
await check("create: many rows, some without some columns", async () => {
  const organization_id = await organization();
  const rows = await data(as("ada").from("contacts").insert(
    [{ organization_id, full_name: "Ute", tags: ["lead"] }, { organization_id, full_name: "Vito", tags: [], company: "V" }],
  ).select("full_name, tags, company"));
  equal(rows, [{ full_name: "Ute", tags: ["lead"], company: null }, { full_name: "Vito", tags: [], company: "V" }]);
});
await check("create: many rows, what is missing has its default", async () => {
  const organization_id = await organization();
  const rows = await data(as("ada").from("integrations").insert(
    [{ organization_id, integration_type: "sms", status: "error" }, { organization_id, integration_type: "email" }],
    { defaultToNull: false },
  ).select("status"));
  equal(rows.map((row) => row.status), ["error", "inactive"]);
});
await check("create: how many", async () => {
  const organization_id = await organization();
  const answer = await as("ada").from("contacts").insert(
    [{ organization_id, full_name: "Ute" }, { organization_id, full_name: "Vito" }], { count: "exact" });
  equal([answer.status, answer.count], [201, 2]);
});
await check("update: rows that a filter finds", async () => {
  const organization_id = await organization();
  await data(as("ada").from("contacts").insert([{ organization_id, full_name: "Ute" }, { organization_id, full_name: "Vito" }]));
  const rows = await data(as("ada").from("contacts").update({ company: "U & Co", tags: ["a,b", 'c"d'] })
    .eq("organization_id", organization_id).eq("full_name", "Ute").select("full_name, company, tags"));
  equal(rows, [{ full_name: "Ute", company: "U & Co", tags: ["a,b", 'c"d'] }]);
});
await check("update: without a word about it, and how many", async () => {
  const organization_id = await organization();
  await data(as("ada").from("contacts").insert([{ organization_id, full_name: "Ute" }, { organization_id, full_name: "Vito" }]));
  const answer = await as("ada").from("contacts").update({ company: "U" }, { count: "exact" })
    .eq("organization_id", organization_id);
  equal([answer.status, answer.data, answer.count], [204, null, 2]);
});
await check("update: the trigger keeps updated_at", async () => {
  const organization_id = await organization();
  const ada = as("ada");
  const before = await data(ada.from("integrations").insert({ organization_id, integration_type: "sms" }).select().single());
  const after = await data(ada.from("integrations").update({ is_active: true }).eq("id", before.id).select().single());
  ok(after.updated_at > before.updated_at, `${before.updated_at} ${after.updated_at}`);
});
await check("update: at most so many rows", async () => {
  const answer = await as("ada").from("contacts").update({ company: "U" }).eq("organization_id", HARBOUR).maxAffected(1);
  equal([answer.status, answer.error.code], [400, "PGRST124"]);
  equal((await data(as("ada").from("contacts").select().match({ company: "U", organization_id: HARBOUR }))).length, 0);
});
await check("upsert: by the primary key", async () => {
  const organization_id = await organization();
  const ada = as("ada");
  const { id } = await data(ada.from("contacts").insert({ organization_id, full_name: "Ute" }).select().single());
  const other = crypto.randomUUID();
  const rows = await data(ada.from("contacts").upsert(
    [{ id, organization_id, full_name: "Uta" }, { id: other, organization_id, full_name: "Vito" }]).select("id, full_name"));
  equal(rows, [{ id, full_name: "Uta" }, { id: other, full_name: "Vito" }]);
});
await check("upsert: by another constraint", async () => {
  const organization_id = await organization();
  const ada = as("ada");
  const row = { organization_id, integration_type: "sms" };
  const first = await data(ada.from("integrations").insert(row).select().single());
  const second = await data(ada.from("integrations").upsert(
    { ...row, is_active: true }, { onConflict: "organization_id,integration_type" }).select().single());
  equal([second.id, second.is_active], [first.id, true]);
});
await check("upsert: what is there stays", async () => {
  const organization_id = await organization();
  const ada = as("ada");
  await data(ada.from("integrations").insert({ organization_id, integration_type: "sms" }));
  const options = { onConflict: "organization_id,integration_type", ignoreDuplicates: true };
  const rows = await data(ada.from("integrations").upsert(
    [{ organization_id, integration_type: "sms", is_active: true }, { organization_id, integration_type: "email", is_active: false }],
    options).select("integration_type"));
  equal(rows, [{ integration_type: "email" }]);
  equal(await data(ada.from("integrations").select("is_active").match({ organization_id, integration_type: "sms" })),
    [{ is_active: false }]);
});
await check("delete: rows that a filter finds", async () => {
  const organization_id = await organization();
  const ada = as("ada");
  await data(ada.from("contacts").insert([{ organization_id, full_name: "Ute" }, { organization_id, full_name: "Vito" }]));
  const answer = await ada.from("contacts").delete({ count: "exact" }).match({ organization_id, full_name: "Ute" });
  equal([answer.status, answer.data, answer.count], [204, null, 1]);
  equal(await data(ada.from("contacts").select("full_name").eq("organization_id", organization_id)), [{ full_name: "Vito" }]);
});
await check("delete: and see what went", async () => {
  const organization_id = await organization();
  const ada = as("ada");
  await data(ada.from("integrations").insert({ organization_id, integration_type: "sms" }));
  equal(await data(ada.from("integrations").delete().eq("organization_id", organization_id).select("integration_type")),
    [{ integration_type: "sms" }]);
});
await check("service: makes and removes an organization", async () => {
  const id = await organization();
  const rows = await data(withKey("service").from("organizations").delete().eq("id", id).select("id"));
  equal(rows, [{ id }]);
});
