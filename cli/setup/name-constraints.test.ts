// @peculiar/x509 reads its own metadata through this polyfill.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import * as x509 from "@peculiar/x509";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { maySign } from "./name-constraints.ts";
import { ensureTls } from "./tls.ts";

const KEY = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const OWN = ["localhost", "127.0.0.1", "::1"];
const DAY_MS = 86_400_000;
/** OpenSSL judges by the machine's own clock. */
const now = Date.now();

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-names-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const ensure = (...lan: string[]) => ensureTls({ folder, addresses: [...OWN, ...lan], now });
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const ca = () => new x509.X509Certificate(read("ca.crt"));

/** What somebody who has stolen the CA's key would sign. */
async function sign(subject: string, names: readonly string[]) {
  const der = x509.PemConverter.decodeFirst(read("ca.key"));
  const signingKey = await webcrypto.subtle.importKey("pkcs8", der, KEY, false, ["sign"]);
  const keys = await webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const san = names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value }) as const);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: "01",
    subject,
    issuer: ca().subject,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + DAY_MS),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: KEY,
    extensions: san.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(san)],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: cert.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}

/** Whether Node's TLS (OpenSSL), which trusts the CA alone, talks to a server with this certificate. */
async function isTrusted(server: { readonly cert: string; readonly key: string }) {
  const listener = createServer(server, (socket) => socket.end());
  // A client that refuses hangs up.
  listener.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  const outcome = Promise.withResolvers<boolean>();
  const client = connect(
    { host: "127.0.0.1", port, ca: read("ca.crt"), checkServerIdentity: () => undefined },
    () => outcome.resolve(true),
  );
  client.once("error", () => outcome.resolve(false));
  const trusted = await outcome.promise;
  client.destroy();
  listener.close();
  return trusted;
}

test.each([
  ["what is asked for at the start", ["localhost", "127.0.0.1", "::1", "192.168.1.20"]],
  ["private addresses", ["10.1.2.3", "172.31.255.255", "169.254.9.9", "fd12::1", "fe80::1"]],
  ["local names", ["anhu.local", "gw1.ward.lan", "x.internal", "nas.home.arpa"]],
])("the CA signs %s", async (_, names) => {
  await ensure("192.168.1.20");
  expect(names.filter((name) => !maySign(ca(), name))).toEqual([]);
  expect(await isTrusted(await sign("CN=Anhu server", names))).toBe(true);
});

test.each([
  ["a name of the Internet", ["example.com"]],
  ["one that only ends alike", ["notlocal"]],
  ["a public address", ["8.8.8.8"]],
  ["an address beside a private block", ["172.32.0.1"]],
  ["a public IPv6 address", ["2001:db8::1"]],
  ["an IPv4 address in the guise of IPv6", ["::ffff:10.0.0.1"]],
])("the CA does not sign %s, not even beside its own names", async (_, names) => {
  await ensure();
  expect(names.filter((name) => maySign(ca(), name))).toEqual([]);
  expect(await isTrusted(await sign("CN=Anhu server", names))).toBe(false);
  expect(await isTrusted(await sign("CN=Anhu server", [...OWN, ...names]))).toBe(false);
});

test("a common name opens no way around it", async () => {
  await ensure();
  expect(await isTrusted(await sign("CN=example.com", []))).toBe(false);
});

describe("an address or name that is not local", () => {
  test.each(["203.0.113.7", "2001:db8::7", "anhu.example.com"])(
    "%s is signed by the CA that was made for it, and no other",
    async (name) => {
      await ensure(name);
      expect(await isTrusted({ cert: read("server.crt"), key: read("server.key") })).toBe(true);
      expect(await isTrusted(await sign("CN=x", ["example.com"]))).toBe(false);
      expect(await isTrusted(await sign("CN=x", ["203.0.113.8"]))).toBe(false);
    },
  );

  test("of which the CA knows nothing is refused with what to do, and nothing is changed", async () => {
    await ensure();
    const before = read("server.crt");
    await expect(ensure("203.0.113.7")).rejects.toMatchObject({
      code: "name_not_permitted",
      about: { name: "203.0.113.7" },
    });
    expect(read("server.crt")).toBe(before);
    await ensure("192.168.7.7");
    expect(read("server.crt")).not.toBe(before);
  });
});

test("a CA of an earlier version, without constraints, stays as it is and signs what it is asked to", async () => {
  const keys = await webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const old = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=Anhu local CA",
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + 400 * DAY_MS),
    keys,
    signingAlgorithm: KEY,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  writeFileSync(join(folder, "ca.crt"), old.toString("pem"));
  writeFileSync(join(folder, "ca.key"), x509.PemConverter.encode(pkcs8, "PRIVATE KEY"));
  await ensure("203.0.113.7");
  expect(read("ca.crt")).toBe(old.toString("pem"));
  expect(await isTrusted({ cert: read("server.crt"), key: read("server.key") })).toBe(true);
});
