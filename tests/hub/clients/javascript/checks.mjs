// What every list of checks needs: clients of the people of the sample tenants, and `check`, which prints one line of
// JSON for each thing that was checked. Reads HUB, SUPABASE_JS and TOKENS from the environment.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const { createClient } = createRequire(`${process.env.SUPABASE_JS}/`)("@supabase/supabase-js");
const tokens = JSON.parse(process.env.TOKENS);

export const hub = process.env.HUB;
export const equal = assert.deepEqual;
export const ok = assert.ok;
export const HARBOUR = "20000000-0000-4000-8000-00000000000a";
export const LIGHTHOUSE = "20000000-0000-4000-8000-00000000000b";
export const TIDEWATER = "20000000-0000-4000-8000-00000000000c";

// Node 20 has no WebSocket, and nothing here listens to changes.
const realtime = { transport: class {} };

/** As an application with Supabase Auth elsewhere makes its client. */
export const as = (name, options = {}) =>
  createClient(hub, tokens.anon, { realtime, accessToken: async () => tokens[name], ...options });

/** As a server, or a test, makes a client for somebody whose token it has. */
export const withHeader = (name) =>
  createClient(hub, tokens.anon, { realtime, global: { headers: { Authorization: `Bearer ${tokens[name]}` } } });

/** Without a token: the key of the project, or the service's. */
export const withKey = (name) => createClient(hub, tokens[name], { realtime });

/** The data of an answer that must be a success. */
export const data = async (query) => {
  const answer = await query;
  assert.equal(answer.error, null, JSON.stringify(answer.error));
  return answer.data;
};

/** The error of an answer that must be one. */
export const error = async (query) => {
  const answer = await query;
  assert.ok(answer.error, `no error, but ${JSON.stringify(answer.data)}`);
  assert.equal(answer.data, null);
  return { status: answer.status, ...answer.error };
};

export const ids = async (query) => (await data(query)).map((row) => row.id);
/** The last letters of the sample tenants' identifiers, such as a1. */
export const ends = async (query) => (await ids(query)).map((id) => id.slice(-2)).sort();

/** A new organization with Ada as its admin and Max as its member, for one check that changes something. */
export const organization = async () => {
  const service = withKey("service");
  const id = crypto.randomUUID();
  await data(service.from("organizations").insert({ id, name: `of a check ${id}` }));
  await data(
    service.from("organization_members").insert([
      { organization_id: id, user_id: "10000000-0000-4000-8000-000000000002", role: "admin", status: "active" },
      { organization_id: id, user_id: "10000000-0000-4000-8000-000000000003", role: "member", status: "active" },
    ]),
  );
  return id;
};

export const check = async (name, body) => {
  let failure = null;
  try {
    await body();
  } catch (thrown) {
    failure = String(thrown?.stack ?? thrown);
  }
  console.log(JSON.stringify({ name, failure }));
};
