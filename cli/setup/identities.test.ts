import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credentials } from "@anhu/broker";
import { openIdentities } from "@anhu/broker";
import type { Device } from "@anhu/core/facility";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addLocalDevices } from "./identities.ts";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "anhu-identities-"));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

/** Two wards whose pendants are numbered alike. */
const SOURCES = [
  { id: "east", driver: "native", base: "east" },
  { id: "west", driver: "native", base: "west" },
];

function setUp(devices: readonly Device[], sources = SOURCES): Record<string, Credentials> {
  const gateway = { id: "gw1", lines: [], mqtt: { sources } };
  addLocalDevices({ dataDir, facility: { devices }, gateway });
  return JSON.parse(readFileSync(file(), "utf8")) as Record<string, Credentials>;
}

const file = () => join(dataDir, "edge", "gw1", "devices.json");
const pendant = (id: string, source: string, address = "wb-1"): Device => ({
  id,
  kind: "sos",
  source,
  address,
});
const owners = (all: Record<string, Credentials>) =>
  Object.fromEntries(Object.entries(all).map(([name, { username }]) => [name, username]));

/** Whether the gateway's own broker has all of these. */
function areKnown(all: Record<string, Credentials>): boolean {
  const identities = openIdentities(join(dataDir, "edge", "gw1", "local-identities.db"));
  const known = Object.values(all).map(({ username }) => identities.find(username));
  identities.close();
  return known.every((identity) => identity !== undefined);
}

test("devices of one address behind two sources each have credentials of their own", () => {
  const all = setUp([pendant("a", "east"), pendant("b", "west")]);
  expect(owners(all)).toEqual({ "wb-1": "east.wb-1", "west/wb-1": "west.wb-1" });
  expect(new Set(Object.values(all).map(({ password }) => password)).size).toBe(2);
  expect(areKnown(all)).toBe(true);
});

test("what stands in the file stays, whichever device of the address came first", () => {
  const before = setUp([pendant("b", "west")]);
  const after = setUp([pendant("a", "east"), pendant("b", "west")]);
  expect(after["wb-1"]).toEqual(before["wb-1"]);
  expect(owners(after)).toEqual({ "wb-1": "west.wb-1", "east/wb-1": "east.wb-1" });
  expect(setUp([pendant("a", "east"), pendant("b", "west")])).toEqual(after);
});

test("an address that goes to another source gets new credentials there; the old ones are not taken for them", () => {
  const before = setUp([pendant("a", "east")]);
  const after = setUp([pendant("a", "west")]);
  expect(after).toMatchObject(before);
  expect(owners(after)).toEqual({ "wb-1": "east.wb-1", "west/wb-1": "west.wb-1" });
});

test("an address that goes to another device of its source keeps its credentials: they are of what speaks there", () => {
  const before = setUp([pendant("a", "east", "wb-1"), pendant("b", "east", "wb-2")]);
  const after = setUp([pendant("a", "east", "wb-2"), pendant("b", "east", "wb-1")]);
  expect(after).toEqual(before);
});

test("a file in which one of two devices was lost gets it back, and the other one keeps its own", () => {
  const all = setUp([pendant("a", "east"), pendant("b", "west")]);
  const { "west/wb-1": west, ...rest } = all;
  writeFileSync(file(), JSON.stringify({ ...rest, "wb-1": west }));
  const mended = setUp([pendant("a", "east"), pendant("b", "west")]);
  expect(mended["wb-1"]).toEqual(west);
  expect(owners(mended)).toEqual({ "wb-1": "west.wb-1", "east/wb-1": "east.wb-1" });
});
