// Errors, as whoever uses the client sees them: code, message, details and hint of the database.
import { as, check, equal, error, HARBOUR, ok, withKey } from "./checks.mjs";

const integrations = () => as("ada").from("integrations");

await check("unique: 23505", async () => {
  const told = await error(integrations().insert({ organization_id: HARBOUR, integration_type: "email" }));
  equal([told.status, told.code, told.hint], [409, "23505", null]);
  equal(told.message, 'duplicate key value violates unique constraint "integrations_organization_id_integration_type_key"');
  // Where row security is on, the database itself shows no values.
  equal(told.details, null);
});
await check("foreign key: 23503", async () => {
  const told = await error(integrations().insert({ organization_id: HARBOUR, integration_type: "pigeon" }));
  equal([told.status, told.code], [409, "23503"]);
  equal(told.details, 'Key is not present in table "integration_types".');
});
await check("check: 23514", async () => {
  const told = await error(integrations().update({ status: "splendid" }).eq("organization_id", HARBOUR));
  equal([told.status, told.code], [400, "23514"]);
  ok(told.message.includes("integrations_status_check"), told.message);
});
await check("errors of the service have their values too", async () => {
  const told = await error(withKey("service").from("integrations").insert({ organization_id: HARBOUR, integration_type: "email" }));
  equal(told.details, `Key (organization_id, integration_type)=(${HARBOUR}, email) already exists.`);
});
await check("check: 23514 of JSON", async () => {
  const told = await error(integrations().update({ configuration: [1, 2] }).eq("organization_id", HARBOUR));
  equal([told.status, told.code], [400, "23514"]);
});
await check("row security: 42501", async () => {
  const told = await error(as("max").from("integrations").insert({ organization_id: HARBOUR, integration_type: "sms" }));
  equal([told.status, told.code], [403, "42501"]);
  equal(told.message, 'new row violates row-level security policy for table "integrations"');
});
await check("a right that is missing: 42501", async () => {
  const told = await error(as("max").from("integration_types").insert({ integration_type: "pigeon", label: "Pigeon" }));
  equal([told.status, told.code], [403, "42501"]);
  equal(told.message, "permission denied for table integration_types");
});
await check("not null: 23502", async () => {
  const told = await error(integrations().insert({ organization_id: HARBOUR }));
  equal([told.status, told.code], [400, "23502"]);
});
await check("a value that is none of its type: 22P02", async () => {
  const told = await error(integrations().select().eq("id", "no uuid"));
  equal([told.status, told.code], [400, "22P02"]);
});
await check("a column that does not exist, read: 42703", async () => {
  const told = await error(integrations().select("secret"));
  equal([told.status, told.code, told.message], [400, "42703", "column integrations.secret does not exist"]);
});
await check("a column that does not exist, written: PGRST204", async () => {
  const told = await error(integrations().insert({ organization_id: HARBOUR, secret: 1 }));
  equal([told.status, told.code], [400, "PGRST204"]);
});
await check("a table that does not exist", async () => {
  const told = await error(as("ada").from("boots").select());
  equal([told.status, told.code], [404, "PGRST205"]);
});
await check("a filter that cannot be read", async () => {
  const told = await error(integrations().select().filter("id", "equals", "1"));
  equal([told.status, told.code], [400, "PGRST100"]);
});
await check("a function of the database that refuses: its message, detail and hint", async () => {
  const told = await error(as("ada").rpc("refuse"));
  equal([told.status, told.code, told.message, told.details, told.hint],
    [400, "P0001", "I refuse!", "Pretty simple", "Ask another day"]);
});
await check("a token that is none", async () => {
  const told = await error(withKey("nonsense").from("integrations").select());
  equal([told.status, told.code], [401, "PGRST301"]);
});
await check("a token of another project", async () => {
  const told = await error(as("stranger").from("integrations").select());
  equal([told.status, told.code], [401, "PGRST301"]);
});
await check("a token that has ended", async () => {
  const told = await error(as("late").from("integrations").select());
  equal([told.status, told.code], [401, "PGRST303"]);
});
