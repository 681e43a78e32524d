/** docker-compose.yml and Dockerfile as files: what must hold of them before anybody starts them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { anhu } from "../stage/anhu.ts";

const folder = mkdtempSync(join(tmpdir(), "anhu-compose-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly healthcheck?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string }[];
  readonly privileged?: boolean;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const written = readFileSync("docker-compose.yml", "utf8");
/** As docker-compose itself understands it. */
let compose: Compose;
beforeAll(() => {
  compose = understood("docker-compose.yml");
});

function understood(file: string): Compose {
  const options = { encoding: "utf8", env: { PATH: process.env["PATH"] } } as const;
  return parse(execFileSync("docker-compose", ["-f", file, "config"], options)) as Compose;
}

test("docker-compose finds no mistake in it", () => {
  execFileSync("docker-compose", ["config", "-q"], { stdio: "pipe" });
  const services = [
    "broker",
    "grafana",
    "influxdb",
    "influxdb-setup",
    "ingest",
    "postgres",
    "response",
    "setup",
  ];
  expect(Object.keys(compose.services).toSorted()).toEqual(services);
});

test("images are pinned, every service has a health check and is nobody special, nothing but TLS leaves the machine, no secret stands in it", () => {
  expect(mistakesOf(compose)).toEqual([]);
});

const PLANTED: readonly (readonly [what: string | RegExp, by: string, said: string])[] = [
  ["influxdb:2.7.12", "influxdb:latest", "influxdb: image"],
  ["postgres:15.18-bookworm", "postgres", "postgres: image"],
  [/user: "1000:0"/, 'user: "0:0"', "grafana: user"],
  ["127.0.0.1:5432:5432", "5432:5432", "postgres: port"],
  ["127.0.0.1:3000:3000", "0.0.0.0:3000:3000", "grafana: port"],
  [
    "POSTGRES_PASSWORD_FILE: /run/secrets/anhu_postgres_password",
    "POSTGRES_PASSWORD: postgres",
    "postgres: secret",
  ],
  [
    /(\n    volumes: \["influxdb:[^\n]*)\n    healthcheck:(?:\n      [^\n]*)+/,
    "$1",
    "influxdb: health check",
  ],
  ["cap_drop: [ALL]", "privileged: true", "broker: privileged"],
];

test.each(PLANTED)("a planted %s is found", (what, by, said) => {
  const planted = written.replace(what, by);
  expect(planted).not.toBe(written);
  const file = join(folder, "docker-compose.yml");
  writeFileSync(file, planted);
  expect(mistakesOf(understood(file)).join("\n")).toContain(said);
});

test("the secrets that it names are those that compose-init makes", async () => {
  const made = join(folder, "secrets");
  const { code, stderr } = await anhu(["compose-init", made], { PATH: process.env["PATH"] ?? "" });
  expect(code, stderr).toBe(0);
  const files = Object.entries(compose.secrets).map(([name, { file }]) => {
    expect(basename(file)).toBe(name);
    return name;
  });
  expect(readdirSync(made).toSorted()).toEqual(files.toSorted());
  const used = Object.values(compose.services).flatMap(({ secrets = [] }) =>
    secrets.map(({ source }) => source),
  );
  expect([...new Set(used)].toSorted()).toEqual(files.toSorted());
  expect(readFileSync(".gitignore", "utf8")).toContain("deploy/secrets/");
});

test("the image is of a pinned base, from the lockfile, with the console in it, and runs as nobody special", () => {
  const lines = readFileSync("Dockerfile", "utf8").split("\n");
  const bases = lines.flatMap((line) => /^FROM (\S+)/.exec(line)?.[1] ?? []);
  expect(bases.length).toBeGreaterThan(0);
  for (const base of bases) expect(base).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/);
  const users = lines.flatMap((line) => /^USER (\S+)/.exec(line)?.[1] ?? []);
  expect(users.at(-1)).toBe("node");
  const text = lines.join("\n");
  expect(text).toContain("npm ci");
  expect(text).not.toMatch(/npm (?:i|install)\b/);
  expect(text).toContain("console/build.ts");
  const left = readFileSync(".dockerignore", "utf8").split("\n");
  for (const name of ["data", "deploy", ".env", ".git"]) expect(left).toContain(name);
});

function mistakesOf({ services }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const { image = "", user = "", healthcheck, privileged } = service;
    const [uid] = user.split(":");
    return [
      ...(/^[^:@]+:[^:]*\d[^:]*$/.test(image) && !image.endsWith(":latest")
        ? []
        : [`${name}: image ${image}`]),
      ...(uid === "" || uid === "0" || uid === "root" || uid === undefined
        ? [`${name}: user ${user}`]
        : []),
      ...(healthcheck === undefined ? [`${name}: health check`] : []),
      ...(privileged === true ? [`${name}: privileged`] : []),
      ...openPorts(service).map((port) => `${name}: port ${port}`),
      ...openSecrets(service).map((key) => `${name}: secret ${key}`),
    ];
  });
}

/** Published beyond loopback. Ours publish none: their own listeners beyond loopback speak TLS only. */
function openPorts({ ports = [], network_mode, image = "" }: Service): string[] {
  const open = ports.map(String).filter((port) => !port.startsWith("127.0.0.1:"));
  return network_mode === "host" && !image.startsWith("anhu:") ? [...open, "host"] : open;
}

/** A variable that is a secret itself, not the name of its file. */
function openSecrets({ environment = {} }: Service): string[] {
  return Object.keys(environment).filter(
    (key) => /PASSWORD|TOKEN|SECRET|DATABASE_URL/.test(key) && !key.endsWith("_FILE"),
  );
}
