import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { createServer as createTls } from "node:tls";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { openStore } from "@anhu/response/store";
import { setUp } from "../setup/index.ts";
import { ensureTls } from "../setup/tls.ts";
import { takePlaces } from "../start/lock.ts";
import { CHECKS } from "./checks.ts";
import { runDoctor } from "./index.ts";
import type { Finding } from "./model.ts";

const clock = systemClock();
const ends: (() => unknown)[] = [];
let dataDir: string;
let ports: { http: number; mqtt: number; mqtts: number; localMqtt: number; lan: number };

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "anhu-doctor-"));
  const made = dataDir;
  ends.push(() => rmSync(made, { recursive: true }));
  const [http = 0, mqtt = 0, mqtts = 0, localMqtt = 0, lan = 0] = await freePorts(5);
  ports = { http, mqtt, mqtts, localMqtt, lan };
  await setUp({ dataDir, demo: true, lan: undefined, mqttPort: mqtt, now: clock.wall() });
  change("installation.json", /"demo"/, '"real"');
  const db = await openStore({ dataDir, databaseUrl: undefined, warn: () => undefined });
  await db.destroy();
  chmodSync(join(dataDir, "response.db"), 0o600);
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const found = await Promise.all(servers.map(listening));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Listens until the end of the test. */
async function far(server: Server): Promise<number> {
  const port = await listening(server);
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  return port;
}

function put(path: string, content: string): void {
  mkdirSync(dirname(join(dataDir, path)), { recursive: true, mode: 0o700 });
  writeFileSync(join(dataDir, path), content, { mode: 0o600 });
}

function change(path: string, what: RegExp | string, by: string): void {
  const before = readFileSync(join(dataDir, path), "utf8");
  expect(before, path).toMatch(what);
  put(path, before.replaceAll(typeof what === "string" ? what : new RegExp(what, "g"), by));
}

async function doctor(env: Record<string, string> = {}, nodeVersion = "24.21.0") {
  const said: string[] = [];
  const code = await runDoctor({
    dataDir,
    ports,
    env,
    clock,
    nodeVersion,
    json: true,
    out: { write: (text) => said.push(text) },
  });
  const { checks } = JSON.parse(said.join("")) as { checks: { id: string; findings: Finding[] }[] };
  const of = (id: string) => checks.find((check) => check.id === id)?.findings ?? [];
  const text = (id: string) =>
    of(id)
      .map(({ level, what }) => `${level}: ${what.en}`)
      .join("\n");
  return { code, of, text };
}

test("ids are unique, and every check speaks both languages, none of them in the other's script", async () => {
  expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
  for (const { title } of CHECKS) {
    expect(title.en).not.toMatch(/\p{Script=Han}/u);
    expect(title.zh.length).toBeGreaterThan(0);
  }
});

test("a directory as the set-up makes it has nothing wrong but what a person still has to do", async () => {
  const { of, text } = await doctor();
  const left = new Set(["database", "console", "clock", "serial-lines", "mail-server"]);
  for (const { id } of CHECKS.filter((check) => !left.has(check.id)))
    expect(text(id), id).not.toContain("wrong");
  expect(text("database")).toContain("there is no administrator");
  expect(of("database")[0]?.todo.zh).toContain("npx anhu admin link");
  // The demo's lines and its mailbox are the simulator's, and this is real use now.
  expect(text("serial-lines")).toContain("sim/tty-panel is not there");
});

const PLANTED: readonly (readonly [
  name: string,
  id: string,
  plant: () => unknown,
  said: RegExp,
])[] = [
  [
    "a file that others may read",
    "file-modes",
    () => chmodSync(join(dataDir, "secrets", "api-token"), 0o644),
    /api-token/,
  ],
  [
    "a key that is gone",
    "certificates",
    () => rmSync(join(dataDir, "tls", "server.key")),
    /server\.key/,
  ],
  ["a certificate that has expired", "certificates", () => tlsOf({ now: 0 }), /expired on 197/],
  [
    "a certificate without the LAN address",
    "certificates",
    () => change("installation.json", '"lan":null', '"lan":"10.1.2.3"'),
    /does not name 10\.1\.2\.3/,
  ],
  [
    "a certificate of another CA",
    "certificates",
    () => rmSync(join(dataDir, "tls", "ca.crt")) ?? tlsOf({ keep: "server.crt" }),
    /not signed by ca\.crt/,
  ],
  [
    "a facility file with a mistake",
    "facility-files",
    () => change("facility.yaml", "role: head", "role: heda"),
    /facility\.yaml:\d+ .* unknown_role/,
  ],
  [
    "a name of nobody",
    "names",
    () => put("names.yaml", "facilities: { pt-licheng-0001: { staff: { s-99: 林 } } }"),
    /names s-99/,
  ],
  [
    "a names file of another form",
    "names",
    () => put("names.yaml", "facilities: [a]"),
    /cannot be read/,
  ],
  [
    "a night without anybody",
    "rota",
    () => change("facility.yaml", /shift: night, from: "20:00"/, 'shift: night, from: "22:30"'),
    /nobody is on duty 20:00-22:30/,
  ],
  [
    "a tier without anybody",
    "tiers",
    () => change("facility.yaml", /\n.*role: rescue-centre.*/, ""),
    /wrong: .*\(rescue-centre\)/,
  ],
  [
    "a mistake in the channels",
    "channels-file",
    () => change("channels.yaml", "from: anhu@anhu.example", "from: nobody"),
    /channels\.yaml: line \d+/,
  ],
  [
    "a webhook outside the allow-list",
    "webhook-targets",
    () => change("channels.yaml", /\n.*127\.0\.0\.1:9103.*/, ""),
    /webhooks of s-03/,
  ],
  [
    "somebody on the rota without a channel",
    "reachable-people",
    () => change("facility.yaml", /(id: s-01.*channels: \[).*(\] \})/, "$1$2"),
    /s-01 cannot be reached/,
  ],
  [
    "credentials that the broker does not know",
    "broker-sign-in",
    () => change("secrets/ingest.json", /"password":"..../, '"password":"xxxx'),
    /secrets\/ingest\.json/,
  ],
  [
    "a database that is none",
    "database",
    () => put("response.db", "not a database, but long enough to be read as one".repeat(50)),
    /cannot be read/,
  ],
];

test.each(PLANTED)(
  "%s is named, in both languages, with what to do",
  async (_name, id, plant, said) => {
    await plant();
    const { code, of, text } = await doctor();
    expect(text(id)).toMatch(said);
    expect(code).toBe(1);
    for (const { what, todo } of of(id)) {
      expect(`${what.zh}${todo.zh}`).toMatch(/\p{Script=Han}/u);
      expect(`${what.en}${todo.en}`).not.toMatch(/\p{Script=Han}/u);
    }
  },
);

async function tlsOf({ now = clock.wall(), keep }: { now?: number; keep?: string }): Promise<void> {
  const folder = join(dataDir, "tls");
  const kept = keep === undefined ? undefined : readFileSync(join(folder, keep));
  rmSync(folder, { recursive: true });
  await ensureTls({ folder, addresses: ["localhost", "127.0.0.1"], now });
  if (keep !== undefined && kept !== undefined)
    writeFileSync(join(folder, keep), kept, { mode: 0o600 });
}

test("an old Node, a directory that nobody started in, and a port that is taken are named", async () => {
  expect((await doctor({}, "20.20.2")).text("node")).toContain("Node 20.20.2");
  const server = createServer();
  ports = { ...ports, mqtts: await far(server) };
  expect((await doctor()).text("ports")).toMatch(new RegExp(`${ports.mqtts}.*${process.pid}`));
  dataDir = join(dataDir, "none");
  expect((await doctor()).text("data-directory")).toContain("nothing has been started");
  expect(existsSync(dataDir)).toBe(false);
});

test("of a running system every part that is down is named", async () => {
  const parts = {
    store: { status: "ok", detail: "" },
    broker: { status: "down", detail: "not connected" },
  };
  ports = {
    ...ports,
    http: await far(createHttp((_request, response) => response.end(JSON.stringify({ parts })))),
  };
  takePlaces(dataDir, ["response"]);
  const { text } = await doctor();
  expect(text("health")).toBe("wrong: part broker is down: not connected");
  expect(text("ports")).toBe("");
});

test("an InfluxDB that is not there, refuses, or has no such database is told apart", async () => {
  const [closed = 0] = await freePorts(1);
  const env = { ANHU_INFLUX_DB: "anhu", ANHU_INFLUX_USER: "u", ANHU_INFLUX_PASSWORD: "p" };
  const at = (port: number) => ({ ...env, ANHU_INFLUX_URL: `http://127.0.0.1:${port}` });
  expect((await doctor(at(closed))).of("influxdb")).toMatchObject([{ level: "wrong" }]);
  let status = 401;
  let body = '{"error":"authorization failed"}';
  const server = createHttp((request, response) => {
    response.setHeader("x-influxdb-version", "1.6.7");
    response.statusCode = request.url?.startsWith("/ping") === true ? 204 : status;
    response.end(request.url?.startsWith("/ping") === true ? undefined : body);
  });
  const port = await far(server);
  expect((await doctor(at(port))).of("influxdb")[0]?.what.zh).toContain("不接受所给的凭据");
  [status, body] = [200, '{"results":[{"error":"database not found: anhu"}]}'];
  expect((await doctor(at(port))).text("influxdb")).toContain("no database anhu");
  body = '{"results":[{}]}';
  expect((await doctor(at(port))).text("influxdb")).toBe("");
});

test("a mail server that does not greet, and a PostgreSQL that is not there, are named without a password", async () => {
  change(
    "channels.yaml",
    "port: 9125",
    `port: ${await far(createServer((socket) => socket.end("421 busy\r\n")))}`,
  );
  const url = `postgres://u:secret-word@127.0.0.1:${(await freePorts(1))[0]}/anhu`;
  const { text, of } = await doctor({ ANHU_DATABASE_URL: url });
  expect(text("mail-server")).toContain("421 busy");
  expect(text("database")).toContain("cannot be read");
  expect(JSON.stringify(of("database"))).not.toContain("secret-word");
});

test("a centre elsewhere that refuses the gateway's credentials is told from one that is not reached", async () => {
  const read = (name: string) => readFileSync(join(dataDir, "tls", name), "utf8");
  let code = 5;
  const centre = createTls({ key: read("server.key"), cert: read("server.crt") }, (socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(Buffer.from([0x20, 2, 0, code])));
  });
  const identity = {
    client_id: "f.gw2",
    username: "f.gw2",
    password: "p",
    host: "127.0.0.1",
    ca: read("ca.crt"),
  };
  put("edge/gw2/identity.json", JSON.stringify({ ...identity, port: await far(centre) }));
  expect((await doctor()).text("uplink")).toContain("does not take the credentials of f.gw2");
  code = 0;
  expect((await doctor()).text("uplink")).toBe("");
  put("edge/gw2/identity.json", JSON.stringify({ ...identity, port: (await freePorts(1))[0] }));
  expect((await doctor()).text("uplink")).toContain("cannot be reached");
});

test("it says all in one language, and what to do under each", async () => {
  for (const [lang, script] of [
    ["zh_CN.UTF-8", /\p{Script=Han}/u],
    ["C.UTF-8", /[a-z]/],
  ] as const) {
    const said: string[] = [];
    const common = { dataDir, ports, clock, nodeVersion: "24.21.0", json: false };
    await runDoctor({ ...common, env: { LANG: lang }, out: { write: (text) => said.push(text) } });
    for (const line of said
      .join("")
      .split("\n")
      .filter((text) => text !== ""))
      expect(line).toMatch(script);
    expect(/\p{Script=Han}/u.test(said.join(""))).toBe(lang.startsWith("zh"));
  }
});
