/**
 * Which names the local CA may sign (RFC 5280, 4.2.1.10): who installs it on a phone must not have to trust this machine with the whole Internet.
 *
 *   NameConstraints   30 len { a0 len { subtree ... } }     permittedSubtrees alone: of DNS and IP names nothing else is
 *   subtree           30 05 { 82 03 "lan" }                 a DNS name and all below it
 *                     30 0a { 87 08 c0 a8 00 00 ff ff 00 00 }   192.168.0.0/16; IPv6 with 16 octets each
 *
 * Not critical, against the letter of the RFC (docs/adr/0018-the-local-ca-signs-local-names.md).
 */
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

/** A DNS name with all below it, or a block of addresses. */
interface Subtree {
  readonly tag: typeof DNS | typeof IP;
  readonly value: Buffer;
}

const OID = "2.5.29.30";
const [DNS, IP, PERMITTED, SEQUENCE] = [0x82, 0x87, 0xa0, 0x30] as const;

/** RFC 6761 (localhost), 6762 (local), 8375 (home.arpa); ICANN's `internal` for private use; `lan` as routers give it. */
const LOCAL_NAMES = ["localhost", "local", "internal", "lan", "home.arpa"];
/** RFC 1918, 1122 3.2.1.3 (loopback), 3927 and 4291 (link-local), 4193 (unique local), 4291 (loopback). */
const LOCAL_BLOCKS: readonly (readonly [address: string, bits: number])[] = [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
];

const LOCAL: readonly Subtree[] = [
  ...LOCAL_NAMES.map((name) => ({ tag: DNS, value: Buffer.from(name) })),
  ...LOCAL_BLOCKS.map(([address, bits]) => blockOf(address, bits)),
];

/** The extension of a CA that may sign local names and addresses, and these. */
export function nameConstraints(own: readonly string[]): x509.Extension {
  const beyond = own.filter((name) => !LOCAL.some((subtree) => covers(subtree, name)));
  const trees = [...LOCAL, ...beyond.map(subtreeOf)].map(({ tag, value }) =>
    der(SEQUENCE, der(tag, value)),
  );
  const extension = der(SEQUENCE, der(PERMITTED, ...trees));
  return new x509.Extension(OID, false, new Uint8Array(extension));
}

/** Whether a CA may sign a name: a DNS name or an IP address. One without constraints may sign every name. */
export function maySign(ca: x509.X509Certificate, name: string): boolean {
  const extension = ca.getExtension(OID);
  if (extension === null) return true;
  const [constraints] = elements(Buffer.from(extension.value));
  const permitted = elements(constraints?.value).filter(({ tag }) => tag === PERMITTED);
  return permitted
    .flatMap(({ value }) => elements(value))
    .flatMap(({ value }) => elements(value))
    .some((subtree) => covers(subtree, name));
}

function covers({ tag, value }: { tag: number; value: Buffer }, name: string): boolean {
  if (isIP(name) === 0) {
    const [asked, base] = [name.toLowerCase(), value.toString().toLowerCase()];
    return tag === DNS && (asked === base || asked.endsWith(`.${base}`));
  }
  const octets = octetsOf(name);
  if (tag !== IP || value.length !== octets.length * 2) return false;
  return octets.every((octet, i) => {
    const mask = value[octets.length + i] ?? 0;
    return (octet & mask) === ((value[i] ?? 0) & mask);
  });
}

/** A name alone: one address, or a DNS name. */
function subtreeOf(name: string): Subtree {
  const family = isIP(name);
  if (family === 0) return { tag: DNS, value: Buffer.from(name) };
  return blockOf(name, family === 4 ? 32 : 128);
}

function blockOf(address: string, bits: number): Subtree {
  const octets = octetsOf(address);
  const mask = octets.map((_, i) => 0xff & ~(0xff >> Math.min(8, Math.max(0, bits - i * 8))));
  return { tag: IP, value: Buffer.from([...octets, ...mask]) };
}

/** The 4 or 16 octets of an IP address; a zone (`%eth0`) is nothing of a certificate's. */
function octetsOf(address: string): number[] {
  if (isIP(address) === 4) return address.split(".").map(Number);
  const [bare = ""] = address.split("%", 1);
  // The URL standard writes every form of an IPv6 address as groups in hex.
  const groups = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = groups
    .split("::")
    .map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** One element, its length in the definite form (X.690, 8.1.3). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), value]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), value]);
}

/** The elements that stand one after the other. */
function elements(bytes: Buffer = Buffer.alloc(0)): { tag: number; value: Buffer }[] {
  const found: { tag: number; value: Buffer }[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
    const long = first < 0x80 ? 0 : first & 0x7f;
    const length = long === 0 ? first : bytes.readUIntBE(at + 2, long);
    const start = at + 2 + long;
    found.push({ tag, value: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}
