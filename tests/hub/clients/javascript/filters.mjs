// Every filter of supabase-js, over the boats.
import { as, check, equal, ids } from "./checks.mjs";

const boats = () => as("ada").from("boats").select("id").order("id");

await check("eq", async () => equal(await ids(boats().eq("name", "Anna")), [1]));
await check("eq, of a value with every reserved character", async () =>
  equal(await ids(boats().eq("name", 'Dora, "the old"')), [4]));
await check("neq", async () => equal(await ids(boats().neq("name", "Anna")), [2, 3, 4]));
await check("gt", async () => equal(await ids(boats().gt("length", 12)), [4]));
await check("gte", async () => equal(await ids(boats().gte("length", 12)), [2, 4]));
await check("lt", async () => equal(await ids(boats().lt("seen_at", "2026-02-01T00:00:00+00:00")), [1]));
await check("lte", async () => equal(await ids(boats().lte("built", 1998)), [1, 4]));
await check("like", async () => equal(await ids(boats().like("name", "%ar%")), [3]));
await check("likeAllOf", async () => equal(await ids(boats().likeAllOf("name", ["%r%", "%a", "C%"])), [3]));
await check("likeAnyOf", async () => equal(await ids(boats().likeAnyOf("name", ["A%", "B%"])), [1, 2]));
await check("ilike", async () => equal(await ids(boats().ilike("name", "a%")), [1]));
await check("ilikeAllOf", async () => equal(await ids(boats().ilikeAllOf("name", ["%R%", "b%"])), [2]));
await check("ilikeAnyOf", async () => equal(await ids(boats().ilikeAnyOf("name", ["a%", "b%"])), [1, 2]));
await check("regexMatch", async () => equal(await ids(boats().regexMatch("name", "^[AB]")), [1, 2]));
await check("regexIMatch", async () => equal(await ids(boats().regexIMatch("name", "^[ab]")), [1, 2]));
await check("is, null", async () => equal(await ids(boats().is("is_sold", null)), [3]));
await check("is, true", async () => equal(await ids(boats().is("is_sold", true)), [2]));
await check("isDistinct", async () => equal(await ids(boats().isDistinct("is_sold", false)), [2, 3]));
await check("in", async () => equal(await ids(boats().in("id", [1, 3, 99])), [1, 3]));
await check("in, of values with commas and quotes", async () =>
  equal(await ids(boats().in("name", ["Anna", "Carla", "a,b", "(c)"])), [1, 3]));
await check("in, of nothing", async () => equal(await ids(boats().in("id", [])), []));
await check("notIn", async () => equal(await ids(boats().notIn("id", [1, 3])), [2, 4])); // codespell:ignore
await check("contains, an array", async () => equal(await ids(boats().contains("tags", ["steel"])), [2, 4]));
await check("contains, JSON", async () => equal(await ids(boats().contains("papers", { crew: 5 })), [2]));
await check("contains, a range", async () => equal(await ids(boats().contains("berths", "[2,3]")), [1]));
await check("containedBy, an array", async () =>
  equal(await ids(boats().containedBy("tags", ["wood", "sail", "steel"])), [1, 2, 3]));
await check("containedBy, JSON", async () =>
  equal(await ids(boats().containedBy("papers", { flag: "DK", crew: 5, more: 1 })), [2, 3]));
await check("containedBy, a range", async () => equal(await ids(boats().containedBy("berths", "[1,9]")), [1, 2]));
await check("rangeGt", async () => equal(await ids(boats().rangeGt("berths", "[1,4]")), [2, 4]));
await check("rangeGte", async () => equal(await ids(boats().rangeGte("berths", "[5,9]")), [2, 4]));
await check("rangeLt", async () => equal(await ids(boats().rangeLt("berths", "[10,12]")), [1, 2]));
await check("rangeLte", async () => equal(await ids(boats().rangeLte("berths", "[5,9]")), [1, 2]));
await check("rangeAdjacent", async () => equal(await ids(boats().rangeAdjacent("berths", "[5,9]")), [1, 4]));
await check("overlaps, an array", async () => equal(await ids(boats().overlaps("tags", ["wood", "motor"])), [1, 4]));
await check("overlaps, a range", async () => equal(await ids(boats().overlaps("berths", "[4,6]")), [1, 2]));
await check("textSearch", async () =>
  equal(await ids(boats().textSearch("story", "boats & !wooden", { config: "english" })), [2, 4]));
await check("textSearch, plain", async () =>
  equal(await ids(boats().textSearch("story", "steel boats", { config: "english", type: "plain" })), [2, 4]));
await check("textSearch, phrase", async () =>
  equal(await ids(boats().textSearch("story", "steel boat", { config: "english", type: "phrase" })), [2]));
await check("textSearch, websearch", async () =>
  equal(await ids(boats().textSearch("story", "steel -motors", { config: "english", type: "websearch" })), [2]));
await check("match", async () => equal(await ids(boats().match({ harbour_id: 1, built: 2015 })), [3]));
await check("not", async () => equal(await ids(boats().not("is_sold", "is", null)), [1, 2, 4]));
await check("not, of a list", async () => equal(await ids(boats().not("id", "in", "(1,2)")), [3, 4]));
await check("not, of an array", async () => equal(await ids(boats().not("tags", "cs", "{steel}")), [1, 3]));
await check("or", async () => equal(await ids(boats().or("length.lt.8,length.gt.15")), [3, 4]));
await check("or, with a group in it", async () =>
  equal(await ids(boats().or("id.eq.2,and(built.gt.1990,is_sold.is.false)")), [1, 2]));
await check("or, twice: both hold", async () =>
  equal(await ids(boats().or("id.eq.1,id.eq.2").or("built.eq.2005,built.eq.2015")), [2]));
await check("filter", async () => equal(await ids(boats().filter("id", "in", "(1,2)")), [1, 2]));
await check("filter, with a modifier", async () =>
  equal(await ids(boats().filter("id", "eq(any)", "{1,4}")), [1, 4]));
await check("several filters on one column", async () =>
  equal(await ids(boats().gt("built", 1990).lt("built", 2010)), [1, 2]));
await check("a string of SQL is a string", async () =>
  equal(await ids(boats().eq("name", "x' or 1=1; drop table boats; --")), []));
