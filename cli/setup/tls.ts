// @peculiar/x509 reads its own metadata through this polyfill.
import "reflect-metadata";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { webcrypto, X509Certificate } from "node:crypto";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { AnhuError } from "@anhu/core/errors";
import { writePrivate } from "./files.ts";
import { maySign, nameConstraints } from "./name-constraints.ts";

const KEY = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
/** assumption: 397 days, the longest that phones' browsers accept of a server certificate. */
const SERVER_DAYS = 397;
const RENEW_BEFORE_DAYS = 30;

/**
 * Makes the local CA (once) and the server's certificate (again when an address is new or its end is near) under `folder`:
 * `ca.key ca.crt server.key server.crt`, PEM, readable by their owner only. A new CA may sign local names and these addresses alone.
 * Throws `name_not_permitted`: the CA that is there may not sign one of them.
 */
export async function ensureTls(options: {
  readonly folder: string;
  readonly addresses: readonly string[];
  readonly now: number;
}): Promise<void> {
  const ca = await ensureCa(options);
  for (const name of options.addresses) if (!maySign(ca.cert, name)) throw notPermitted(name, ca);
  const [keyFile, certFile] = [
    join(options.folder, "server.key"),
    join(options.folder, "server.crt"),
  ];
  const isThere = existsSync(keyFile) && existsSync(certFile);
  if (isThere && stillGood(readFileSync(certFile, "utf8"), options, ca.cert)) return;
  const keys = await webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: "CN=Anhu server",
    issuer: ca.cert.subject,
    notBefore: new Date(options.now - DAY_MS),
    notAfter: new Date(options.now + SERVER_DAYS * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: ca.key,
    signingAlgorithm: KEY,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.1"]),
      new x509.SubjectAlternativeNameExtension(
        options.addresses.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
      ),
    ],
  });
  writePrivate(keyFile, await privatePem(keys.privateKey));
  writePrivate(certFile, cert.toString("pem"));
}

interface Ca {
  readonly cert: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
  readonly certFile: string;
}

async function ensureCa({ folder, addresses, now }: Parameters<typeof ensureTls>[0]): Promise<Ca> {
  const [keyFile, certFile] = [join(folder, "ca.key"), join(folder, "ca.crt")];
  if (existsSync(keyFile) && existsSync(certFile)) {
    const der = x509.PemConverter.decodeFirst(readFileSync(keyFile, "utf8"));
    const key = await webcrypto.subtle.importKey("pkcs8", der, KEY, false, ["sign"]);
    return { cert: new x509.X509Certificate(readFileSync(certFile, "utf8")), key, certFile };
  }
  const keys = await webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Anhu local CA",
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + CA_DAYS * DAY_MS),
    keys,
    signingAlgorithm: KEY,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      nameConstraints(addresses),
    ],
  });
  writePrivate(keyFile, await privatePem(keys.privateKey));
  writePrivate(certFile, cert.toString("pem"));
  return { cert, key: keys.privateKey, certFile };
}

function notPermitted(name: string, { certFile: path }: Ca): AnhuError {
  const text = `the local CA ${path} may not sign ${name}: use a private address or a local name, or move ca.crt and ca.key away and start again; gateways and phones must trust the new ca.crt`;
  const about = { name, path };
  return new AnhuError("name_not_permitted", text, { fault: "caller", retry: false, about });
}

function stillGood(
  pem: string,
  options: { readonly addresses: readonly string[]; readonly now: number },
  ca: x509.X509Certificate,
): boolean {
  const cert = new x509.X509Certificate(pem);
  const names = cert.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  const known = new Set(names.map((name) => name.value));
  // Not by the issuer's name, which a CA made anew has too.
  const authority = new X509Certificate(ca.toString("pem"));
  return (
    new X509Certificate(pem).verify(authority.publicKey) &&
    cert.notAfter.getTime() > options.now + RENEW_BEFORE_DAYS * DAY_MS &&
    options.addresses.every((address) => known.has(address))
  );
}

/** RFC 5280 4.1.2.2: positive, at most 20 octets. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  return `01${Buffer.from(bytes).toString("hex")}`;
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}
