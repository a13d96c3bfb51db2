// Who may what: organizations apart, administrator against member, and everybody else.
import { as, check, data, ends, equal, error, HARBOUR, LIGHTHOUSE, ok, organization, TIDEWATER, withKey } from "./checks.mjs";

const integrations = (name) => as(name).from("integrations").select("id, organization_id");

await check("isolation: everybody lists the integrations of their organizations", async () => {
  equal(await ends(integrations("max").in("organization_id", [HARBOUR, LIGHTHOUSE])), ["a1", "a2", "a3"]);
  equal(await ends(integrations("mia")), ["b1", "b2"]);
  equal(await ends(integrations("tilda")), []);
});
await check("isolation: who belongs to two sees both", async () =>
  equal(await ends(integrations("tom")), ["a1", "a2", "a3", "b1", "b2"]));
await check("isolation: another's identifier finds nothing", async () => {
  equal(await data(integrations("max").eq("organization_id", LIGHTHOUSE)), []);
  equal(await data(integrations("max").eq("id", "60000000-0000-4000-8000-0000000000b1")), []);
  equal((await as("max").from("integrations").select("*", { count: "exact", head: true }).eq("organization_id", LIGHTHOUSE)).count, 0);
});
await check("isolation: every row of every table is of Harbour", async () => {
  for (const table of ["integrations", "contacts", "crm_events", "opportunities", "notifications", "integration_usage_events",
    "integration_usage_statistics", "integration_dashboard", "workflow_definitions", "agent_executions"]) {
    const rows = await data(as("olga").from(table).select("organization_id"));
    equal([...new Set(rows.map((row) => row.organization_id))], table === "notifications" ? [] : [HARBOUR], table);
  }
});
await check("isolation: another's rows are not updated", async () => {
  const rows = await data(as("ada").from("integrations").update({ is_active: false }).eq("organization_id", LIGHTHOUSE).select());
  equal(rows, []);
});
await check("isolation: another's rows are not deleted", async () => {
  equal(await data(as("ada").from("integrations").delete().eq("organization_id", LIGHTHOUSE).select()), []);
  equal((await data(withKey("service").from("integrations").select("id").eq("organization_id", LIGHTHOUSE))).length, 2);
});
await check("isolation: nothing is created for another", async () => {
  const told = await error(as("ada").from("integrations").insert({ organization_id: TIDEWATER, integration_type: "sms" }));
  equal([told.status, told.code], [403, "42501"]);
});
await check("isolation: a row does not move to another", async () => {
  const told = await error(as("tom").from("integrations").update({ organization_id: HARBOUR })
    .eq("id", "60000000-0000-4000-8000-0000000000b2"));
  ok(["42501", "23514", "P0001", "22023"].includes(told.code), JSON.stringify(told));
});
await check("isolation: an upsert does not take another's row", async () => {
  const told = await error(as("ada").from("integrations").upsert(
    { id: "60000000-0000-4000-8000-0000000000b1", organization_id: HARBOUR, integration_type: "calendar" }));
  equal([told.status, told.code], [403, "42501"]);
});
await check("isolation: an upsert by the other constraint does not either", async () => {
  const told = await error(as("ada").from("integrations").upsert(
    { organization_id: LIGHTHOUSE, integration_type: "whatsapp", is_active: false }, { onConflict: "organization_id,integration_type" }));
  equal([told.status, told.code], [403, "42501"]);
});

for (const [who, may] of [["olga", true], ["ada", true], ["max", false], ["vera", false], ["sam", false], ["nobody", false]]) {
  await check(`${who} ${may ? "may" : "may not"} create, update and delete integrations`, async () => {
    const client = as(who);
    const row = { organization_id: HARBOUR, integration_type: "calendar" };
    if (may) {
      const { id } = await data(client.from("integrations").insert(row).select().single());
      equal((await data(client.from("integrations").update({ is_active: true }).eq("id", id).select("is_active"))), [{ is_active: true }]);
      equal((await data(client.from("integrations").delete().eq("id", id).select("id"))), [{ id }]);
    } else {
      const told = await error(client.from("integrations").insert(row));
      equal([told.status, told.code], [403, "42501"]);
      equal(await data(client.from("integrations").update({ is_active: false }).eq("organization_id", HARBOUR).select()), []);
      equal(await data(client.from("integrations").delete().eq("organization_id", HARBOUR).select()), []);
    }
  });
}
await check("a viewer reads, and writes no contact", async () => {
  equal(await ends(integrations("vera")), ["a1", "a2", "a3"]);
  const told = await error(as("vera").from("contacts").insert({ organization_id: HARBOUR, full_name: "Ute" }));
  equal(told.code, "42501");
});
await check("a member writes contacts", async () => {
  const organization_id = await organization();
  const row = await data(as("max").from("contacts").insert({ organization_id, full_name: "Ute" }).select().single());
  equal(row.full_name, "Ute");
});
await check("a suspended administrator sees nothing", async () => equal(await data(integrations("sam")), []));
await check("a user of no organization sees nothing", async () => equal(await data(integrations("nobody")), []));
await check("a super administrator sees every organization", async () =>
  equal(await ends(integrations("super").in("organization_id", [HARBOUR, LIGHTHOUSE])), ["a1", "a2", "a3", "b1", "b2"]));
await check("who only says that they are super sees nothing", async () => equal(await data(integrations("forger")), []));
await check("the key of the project alone reads nothing", async () => {
  const told = await error(withKey("anon").from("integrations").select());
  equal([told.status, told.code], [401, "42501"]);
});
await check("the key of the project alone writes nothing", async () => {
  const told = await error(withKey("anon").from("contacts").insert({ organization_id: HARBOUR, full_name: "Ute" }));
  equal([told.status, told.code], [401, "42501"]);
});
await check("the service's key sees every row", async () => {
  const found = await data(withKey("service").from("integrations").select("organization_id"));
  ok([HARBOUR, LIGHTHOUSE].every((id) => found.some((row) => row.organization_id === id)));
});
await check("nobody raises a role of their own", async () => {
  const told = await error(as("max").from("organization_members").update({ role: "owner" })
    .eq("user_id", "10000000-0000-4000-8000-000000000003"));
  equal([told.status, told.code], [403, "42501"]);
});
await check("credentials are on no path", async () => {
  for (const name of ["integration_credentials", "private.integration_credentials", "archived_integrations"]) {
    const told = await error(as("super").from(name).select());
    equal([told.status, told.code], [404, "PGRST205"], name);
  }
});
