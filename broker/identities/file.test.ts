import { systemClock } from "@anhu/core/time";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { brokers, hello, knock } from "../raw-client.ts";
import { addIdentity, deviceIdentity, gatewayIdentity, openIdentities } from "./index.ts";
import { issue, memoryIdentities } from "./index.ts";

const brokerFor = brokers(systemClock());

const GATEWAY = gatewayIdentity({ facility: "pt-1", gateway: "gw1" });

function fresh(): string {
  const folder = mkdtempSync(join(tmpdir(), "anhu-identities-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "broker", "identities.db");
}

test("what one process adds, a running broker lets in at the next connect", async () => {
  const path = fresh();
  const identities = openIdentities(path);
  const broker = await brokerFor([], { identities });
  const other = openIdentities(path);
  const { password, ...names } = addIdentity(other, GATEWAY);
  expect(names).toEqual({ client_id: "pt-1.gw1", username: "pt-1.gw1" });
  expect(await knock(broker, hello(GATEWAY, { password: Buffer.from(password) }))).toBe(0);
  expect(other.remove(GATEWAY.username)).toBe(true);
  expect(other.remove(GATEWAY.username)).toBe(false);
  expect(await knock(broker, hello(GATEWAY, { password: Buffer.from(password) }))).toBe(4);
  other.close();
  await broker.close();
  identities.close();
});

test("an identity comes back from the file as it was put there", () => {
  const file = openIdentities(fresh());
  const { identity } = issue(deviceIdentity({ base: "d", address: "wb-1" }));
  file.add(identity);
  const found = file.find(identity.username);
  expect({ ...found, secretHash: Buffer.from(found?.secretHash ?? []) }).toEqual(identity);
  for (const name of ["__proto__", "constructor", "toString", "", "d.wb-1\0", "' OR 1=1 --"]) {
    expect(file.find(name)).toBeUndefined();
  }
  file.close();
});

test("a name or a client id is given once", () => {
  const file = openIdentities(fresh());
  addIdentity(file, GATEWAY);
  expect(() => addIdentity(file, GATEWAY)).toThrow(
    expect.objectContaining({ code: "identity_exists" }),
  );
  expect(() => addIdentity(file, { ...GATEWAY, username: "other" })).toThrow(/already/);
  file.close();
  const twice = [issue(GATEWAY).identity, issue({ ...GATEWAY, username: "other" }).identity];
  expect(() => memoryIdentities(twice)).toThrow(/share/);
});

test("the file is its owner's alone and holds no secret", () => {
  const path = fresh();
  const file = openIdentities(path);
  const { password } = addIdentity(file, GATEWAY);
  file.close();
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(password).toMatch(/^[\w-]{43}$/);
  expect(readFileSync(path).includes(password)).toBe(false);
});

test("a file that is no database is said to be so", () => {
  const path = fresh().replace("broker/", "");
  writeFileSync(path, "not a database, but long enough to be looked at".repeat(100));
  expect(() => openIdentities(path)).toThrow(
    expect.objectContaining({ code: "identities_unreadable" }),
  );
});

test("an identity of an earlier version gets the access of now and keeps its secret", () => {
  const file = openIdentities(fresh());
  const draft = deviceIdentity({ base: "d", address: "wb-1" });
  addIdentity(file, { ...draft, publish: ["d/wb-1/online"] });
  const before = file.find(draft.username);
  file.regrant(draft);
  expect(file.find(draft.username)).toEqual({ ...before, publish: draft.publish });
  file.regrant({ ...draft, username: "nobody" });
  expect(file.find("nobody")).toBeUndefined();
  file.close();
});
