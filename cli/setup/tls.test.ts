import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureTls } from "./tls.ts";

const NOW = 1_763_733_600_000;
const FILES = ["ca.key", "ca.crt", "server.key", "server.crt"];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-tls-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const ensure = () => ensureTls({ folder, addresses: ["localhost", "127.0.0.1"], now: NOW });
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const isSigned = () =>
  new X509Certificate(read("server.crt")).verify(new X509Certificate(read("ca.crt")).publicKey);

test("what is good stays, and only its owner can read it", async () => {
  await ensure();
  const made = FILES.map(read);
  await ensure();
  expect(FILES.map(read)).toEqual(made);
  expect(FILES.map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual(
    Array(4).fill(0o600),
  );
  expect(isSigned()).toBe(true);
});

test("a CA that is made anew signs the server's certificate anew", async () => {
  await ensure();
  rmSync(join(folder, "ca.key"));
  await ensure();
  expect(isSigned()).toBe(true);
});

test("a server's key that is gone is made anew, with its certificate", async () => {
  await ensure();
  rmSync(join(folder, "server.key"));
  await ensure();
  expect(read("server.key")).toMatch(/PRIVATE KEY/);
  expect(isSigned()).toBe(true);
});
