/** What every part of ours that speaks with an InfluxDB knows alike: where it is, who asks, and how its three versions are told apart. */
import { AnhuError } from "../errors/index.ts";

export type { LineFault } from "./faults.ts";
export { isAboutLines, lineFaultOf } from "./faults.ts";

export type InfluxVersion = 1 | 2 | 3;

export interface InfluxAccess {
  /** `http://host:8086`, without a slash at its end. */
  readonly url: string;
  /** 1.x: the database; 2.x: the bucket, with a DBRP mapping of the same name for queries; 3.x: the database. */
  readonly database: string;
  /** For 2.x and 3.x. */
  readonly token?: string;
  /** For 1.x. */
  readonly user?: string;
  readonly password?: string;
  /** Asked from the server when left out. */
  readonly version?: InfluxVersion;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What ANHU_INFLUX_... says (CONTRACTS.md, variables); undefined when there is no ANHU_INFLUX_URL. A secret may stand in the file that
 * `..._FILE` names, read by `readText`. Throws `bad_config`.
 */
export function influxAccess(
  env: Environment,
  readText: (path: string) => string,
): InfluxAccess | undefined {
  const url = env["ANHU_INFLUX_URL"];
  if (!url) return undefined;
  const database = env["ANHU_INFLUX_DB"];
  const version = env["ANHU_INFLUX_VERSION"];
  checkUrl(url);
  if (!database) throw wrong("ANHU_INFLUX_DB is not set, and ANHU_INFLUX_URL is");
  if (version && !isVersion(version)) {
    throw wrong(`ANHU_INFLUX_VERSION must be 1, 2 or 3, not "${version}"`);
  }
  const token = secretOf(env, "ANHU_INFLUX_TOKEN", readText);
  const user = secretOf(env, "ANHU_INFLUX_USER", readText);
  const password = secretOf(env, "ANHU_INFLUX_PASSWORD", readText);
  return {
    url: url.replace(/\/+$/, ""),
    database,
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(version && isVersion(version) ? { version: VERSIONS[version] } : {}),
  };
}

/** The header `Authorization`; undefined without credentials. 2.x and 3.x take a token, 1.x a name and password. */
export function authorizationOf({ token, user, password }: InfluxAccess): string | undefined {
  if (token !== undefined) return `Token ${token}`;
  if (user === undefined) return undefined;
  const pair = new TextEncoder().encode(`${user}:${password ?? ""}`);
  return `Basic ${btoa(String.fromCharCode(...pair))}`;
}

/** The major version of what a server says of itself, `1.6.7` or `v2.7.11`; undefined for one that is not known. */
export function majorOf(version: string): InfluxVersion | undefined {
  const major = /^v?(\d+)\./.exec(`${version}.`)?.[1] ?? "";
  return isVersion(major) ? VERSIONS[major] : undefined;
}

/** Where lines are written. 2.x wants the id of the organization too. */
export function writePath(
  database: string,
  version: InfluxVersion,
  options: { readonly precision: "ms" | "ns"; readonly organization?: string },
): string {
  const { precision, organization } = options;
  if (version === 1) return pathTo("/write", { db: database, precision });
  const orgID = organization === undefined ? {} : { orgID: organization };
  return pathTo("/api/v2/write", { bucket: database, precision, ...orgID });
}

/** A path with its query. */
export function pathTo(path: string, query: Readonly<Record<string, string>>): string {
  return `${path}?${new URLSearchParams(query).toString()}`;
}

/** A string of InfluxQL: backslash, quote and line break are escaped. */
export function quoteText(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n");
  return `'${escaped}'`;
}

/** A name in InfluxQL (database, measurement, field, tag). */
export function quoteName(name: string): string {
  const escaped = name.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `"${escaped}"`;
}

/** The text of a wrong one is not said again: there may be a password in it. */
function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.search === "" && url.hash === "" && /^https?:$/.test(url.protocol);
  if (!isPlain) {
    throw wrong("ANHU_INFLUX_URL is no address: http:// or https://, a host, a port");
  }
  if (url.username !== "" || url.password !== "") {
    const where = "ANHU_INFLUX_USER and ANHU_INFLUX_PASSWORD are their place";
    throw wrong(`ANHU_INFLUX_URL has a name or a password in it: ${where}`);
  }
}

const VERSIONS = { "1": 1, "2": 2, "3": 3 } as const;

function isVersion(text: string): text is keyof typeof VERSIONS {
  return Object.hasOwn(VERSIONS, text);
}

function secretOf(
  env: Environment,
  name: string,
  readText: (path: string) => string,
): string | undefined {
  const said = env[name];
  if (said) return said;
  const path = env[`${name}_FILE`];
  if (!path) return undefined;
  try {
    return readText(path).trim();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrong(`${name}_FILE cannot be read: ${why}`);
  }
}

/** `text` begins with the variable. */
function wrong(text: string): AnhuError {
  const variable = text.slice(0, text.indexOf(" "));
  return new AnhuError("bad_config", text, { fault: "caller", retry: false, about: { variable } });
}
