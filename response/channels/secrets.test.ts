import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FACILITY } from "../testing/facility.ts";
import { facilityOf, PEOPLE_FILE } from "../testing/people.ts";
import { openSecrets } from "./secrets.ts";
import type { Secrets } from "./secrets.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-secrets-"));
  path = join(folder, "secrets", "webhooks.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const facilities = [facilityOf(PEOPLE_FILE)];

function opened(): Secrets {
  const secrets = openSecrets(folder);
  secrets.add(facilities);
  return secrets;
}

const inFile = () => JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;

test("everybody with a webhook has a secret of their own, made once and readable by nobody else", () => {
  const secrets = opened();
  const made = inFile();
  expect(Object.keys(made)).toEqual([`${FACILITY}/s-01`, `${FACILITY}/s-02`]);
  expect(new Set(Object.values(made)).size).toBe(2);
  expect(secrets.get(FACILITY, "s-01")).toBe(made[`${FACILITY}/s-01`]);
  expect(secrets.get(FACILITY, "s-03")).toBeUndefined();
  for (const secret of Object.values(made)) {
    expect(new Webhook(secret).sign("id", new Date(0), "{}")).toMatch(/^v1,/);
    expect(Buffer.from(secret.slice("whsec_".length), "base64")).toHaveLength(32);
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  opened();
  expect(inFile()).toEqual(made);
});

test("a secret that somebody gave stays, and what is missing is added", () => {
  mkdirSync(join(folder, "secrets"));
  const given = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
  writeFileSync(path, JSON.stringify({ [`${FACILITY}/s-01`]: given, "other/s-1": given }));
  expect(opened().get(FACILITY, "s-01")).toBe(given);
  expect(inFile()).toMatchObject({ [`${FACILITY}/s-01`]: given, "other/s-1": given });
  expect(Object.keys(inFile())).toHaveLength(3);
});

test("a file that is no file of secrets is not written over, and not shown", () => {
  mkdirSync(join(folder, "secrets"));
  for (const text of ["{", "[]", '{"a/b":"secret-of-b"}']) {
    writeFileSync(path, text);
    expect(opened).toThrow(
      expect.objectContaining({
        code: "bad_secrets",
        message: expect.not.stringContaining("secret-of-b"),
      }),
    );
    expect(readFileSync(path, "utf8")).toBe(text);
  }
});
