/**
 * Walks every route with every role, signed in for a facility and for another one, for a region and for another one, and not at all; and every
 * stream with every scope. What is expected stands in docs/access.md, which is held to the code both ways.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Role, Scope } from "../access/model.ts";
import { ROLES } from "../access/model.ts";
import { RIGHTS, SCOPES_OF } from "../access/rights.ts";
import { ruleBook as rules } from "../incidents/rules.ts";
import { recordBurst } from "../store/record.ts";
import type { UserRow } from "../store/users.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import { FACILITY, FACILITY_FILE } from "../testing/facility.ts";
import { AS_LOCAL, openTestHttp, PASSWORD } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";
import { buildHttp } from "./server.ts";

const OTHER = "xm-siming-0001";
const STAFF =
  'staff: [{ id: s-01, role: carer, floor: f3, channels: [{ webhook: "http://127.0.0.1:9101/phone" }] }]';
const HOME = FACILITY_FILE.replace("staff: []", STAFF);
const document = readFileSync("docs/access.md", "utf8");
const rightsTable = tableUnder("## Rights");
const routesTable = tableUnder("## Routes");

let http: TestHttp;
let incident: string;
let delivery: string;
let carer: UserRow;

beforeAll(async () => {
  const other = HOME.replace(FACILITY, OTHER).replace("350304", "350203");
  http = await openTestHttp({ files: { "facility.yaml": HOME, "facilities/other.yaml": other } });
  await record(FACILITY, T0);
  await record(OTHER, T0);
  incident = `${FACILITY}.fire.all.${T0}`;
  for (const facility of [FACILITY, OTHER]) {
    const refused = {
      type: "refused",
      address: { facility, gateway: "gw1" },
      code: "bad_json",
      detail: "x",
      digest: facility,
      payload: "{",
      ack: null,
    } as const;
    await recordBurst(http.db, { intakes: [refused], rules, now: T0, nowSteady: T0 });
  }
  carer = await http.addUser({ role: "carer", scope: HERE, login: "linked", person: "s-01" });
  for (const facility of [OTHER, FACILITY]) {
    const call = await http.server.inject({
      method: "POST",
      url: `/api/v1/facilities/${facility}/people/s-01/test-call`,
      headers: AS_LOCAL,
    });
    delivery = call.json().items.at(-1).id;
  }
});

afterAll(() => http.close());

const HERE: Scope = { kind: "facility", of: FACILITY };
const ELSEWHERE: Scope = { kind: "facility", of: OTHER };
const REGION: Scope = { kind: "region", of: "3503" };
const FAR: Scope = { kind: "region", of: "3502" };
const ALL: Scope = { kind: "all", of: "" };

/** A role with a scope that holds the facility, or one that does not. */
interface Person {
  readonly role: Role;
  readonly scope: Scope;
  readonly holds: boolean;
}
const PEOPLE: readonly Person[] = [
  { role: "administrator", scope: ALL, holds: true },
  ...(["manager", "carer"] as const).flatMap((role) => [
    { role, scope: HERE, holds: true },
    { role, scope: ELSEWHERE, holds: false },
  ]),
  ...(["manager", "inspector", "rescue-centre"] as const).flatMap((role) => [
    { role, scope: REGION, holds: true },
    { role, scope: FAR, holds: false },
  ]),
];

interface Sample {
  readonly url: string;
  readonly body?: object;
  /** Of one facility: who is not of it is told 404, or this. */
  readonly foreign?: number;
  /** A list: it shows what is of the facility, and to others nothing of it. */
  readonly lists?: true;
  /** A person's own affair, whatever the scope. */
  readonly own?: true;
}

/** How each route is asked about the facility. A new route is a line here, and one in docs/access.md. */
function samples(): Readonly<Record<string, Sample>> {
  const of = `/api/v1/facilities/${FACILITY}`;
  const one = `/api/v1/incidents/${encodeURIComponent(incident)}`;
  const draft = { login: `new-${Math.random()}`, name: "x", role: "carer", scope: HERE };
  return {
    "GET /": { url: "/", own: true },
    "GET /assets/*": { url: "/assets/x.js", own: true },
    "GET /:file": { url: "/calm.svg", own: true },
    "GET /ca.crt": { url: "/ca.crt", own: true },
    "GET /healthz": { url: "/healthz", own: true },
    "GET /metrics": { url: "/metrics", own: true },
    "GET /api/v1/incidents": { url: "/api/v1/incidents", lists: true },
    "GET /api/v1/incidents/:id": { url: one },
    "GET /api/v1/incidents/:id/residents": { url: `${one}/residents?reason=x` },
    "POST /api/v1/incidents/:id/acknowledge": { url: `${one}/acknowledge`, body: {} },
    "POST /api/v1/incidents/:id/cannot-come": { url: `${one}/cannot-come`, body: {} },
    "POST /api/v1/incidents/:id/arrive": { url: `${one}/arrive`, body: {} },
    "POST /api/v1/incidents/:id/silence": { url: `${one}/silence`, body: {} },
    "POST /api/v1/incidents/:id/resolve": { url: `${one}/resolve`, body: {} },
    "POST /api/v1/incidents/:id/close": { url: `${one}/close`, body: { cause: "test" } },
    "POST /api/v1/incidents/:id/note": { url: `${one}/note`, body: { text: "x" } },
    "POST /api/v1/answers/:token": {
      url: `/api/v1/answers/${"x".repeat(43)}`,
      body: { answer: "coming" },
      own: true,
    },
    "GET /api/v1/session": { url: "/api/v1/session", own: true },
    "PATCH /api/v1/session": { url: "/api/v1/session", body: { language: "zh" }, own: true },
    "DELETE /api/v1/session": { url: "/api/v1/session", own: true },
    "POST /api/v1/session": {
      url: "/api/v1/session",
      body: { login: "linked", password: PASSWORD },
      own: true,
    },
    "POST /api/v1/session/join": {
      url: "/api/v1/session/join",
      body: { token: "x", password: PASSWORD },
      own: true,
    },
    "POST /api/v1/session/link": { url: "/api/v1/session/link", body: { token: "x" }, own: true },
    "POST /api/v1/session/password": {
      url: "/api/v1/session/password",
      body: { current: PASSWORD, password: PASSWORD },
      own: true,
    },
    "GET /api/v1/users": { url: "/api/v1/users", lists: true },
    "POST /api/v1/users": { url: "/api/v1/users", body: draft, foreign: 422 },
    "PATCH /api/v1/users/:id": { url: `/api/v1/users/${carer.id}`, body: { name: "x" } },
    "POST /api/v1/users/:id/link": { url: `/api/v1/users/${carer.id}/link`, body: {} },
    "GET /api/v1/facilities": { url: "/api/v1/facilities", lists: true },
    "GET /api/v1/facilities/:id/rooms": { url: `${of}/rooms` },
    "GET /api/v1/facilities/:id/devices": { url: `${of}/devices` },
    "GET /api/v1/facilities/:id/people": { url: `${of}/people` },
    "GET /api/v1/facilities/:id/rota": { url: `${of}/rota` },
    "POST /api/v1/facilities/:id/people/:person/test-call": {
      url: `${of}/people/s-01/test-call`,
      body: {},
    },
    "POST /api/v1/facilities/:id/devices/:device/test-mode": {
      url: `${of}/devices/smoke-302/test-mode`,
      body: { minutes: 5, reason: "x" },
    },
    "DELETE /api/v1/facilities/:id/devices/:device/test-mode": {
      url: `${of}/devices/smoke-302/test-mode`,
    },
    "GET /api/v1/deliveries": { url: "/api/v1/deliveries", lists: true },
    "POST /api/v1/deliveries/:id/shown": {
      url: `/api/v1/deliveries/${delivery}/shown`,
      body: {},
      own: true,
    },
    "GET /api/v1/ledger/:facility": { url: `/api/v1/ledger/${FACILITY}` },
    "GET /api/v1/dead-letters": { url: "/api/v1/dead-letters", lists: true },
    "GET /api/v1/readings": { url: `/api/v1/readings?facility=${FACILITY}&from=0&to=1` },
  };
}

describe("docs/access.md", () => {
  test("has every right with the roles that have it, and no other", () => {
    const roles = Object.entries(RIGHTS).map(([right, who]) => {
      const holders: readonly Role[] = who;
      return [right, ...ROLES.map((role) => (holders.includes(role) ? "yes" : "-"))];
    });
    expect(rightsTable.rows).toEqual(roles);
    expect(rightsTable.head).toEqual(["right", ...ROLES]);
  });

  test("has every kind of scope that a role may be given", () => {
    const scopes = Object.entries(SCOPES_OF).map(([role, kinds]) => [role, kinds.join(", ")]);
    expect(tableUnder("## Scopes").rows.map(([role, kinds]) => [role, kinds])).toEqual(scopes);
  });

  test("has every route with what it asks, and no other", () => {
    const declared = http.server.declared.map(({ method, url, access }) => [
      `${method} ${url}`,
      access,
    ]);
    expect(declared.length).toBeGreaterThan(30);
    expect(sorted(routesTable.rows)).toEqual(sorted(declared));
  });
});

test("a route that does not say whom it lets in stops the start", async () => {
  const fresh = await buildHttp(http);
  expect(() => fresh.get("/api/v1/open", () => "x")).toThrow(
    /GET \/api\/v1\/open does not declare/,
  );
  await fresh.close();
});

describe("each route lets in whom the document says", () => {
  const routes = routesTable.rows.filter(([route]) => route !== "GET /api/v1/stream");

  test.each(routes)("%s (%s)", async (route = "", access = "") => {
    const seen = [["nobody", outcomeOf(await ask(route, { host: "localhost" }), samples()[route])]];
    const isOpen = access === "public" || access === "loopback";
    const expected = [["nobody", isOpen ? "let in" : "not signed in"]];
    for (const person of PEOPLE) {
      const who = `${person.role} of ${person.scope.of || "all"}`;
      const headers = await browser(await userOf(person.role, person.scope));
      seen.push([who, outcomeOf(await ask(route, headers), samples()[route])]);
      expected.push([who, expectedOf(person, access, samples()[route])]);
    }
    expect(seen).toEqual(expected);
  });
});

/** By the document, not by the code. */
function expectedOf(person: Person, access: string, sample: Sample | undefined): string {
  if (!mayDo(person.role, access)) return "no right";
  if (sample?.lists === true) {
    const shown =
      person.scope.kind === "all" ? [FACILITY, OTHER] : [person.holds ? FACILITY : OTHER];
    return `shows ${shown.join()}`;
  }
  return person.holds || sample?.own === true ? "let in" : "not found";
}

function outcomeOf({ status, code, text }: Asked, sample: Sample | undefined): string {
  if (status === 401) return "not signed in";
  if (code === "not_allowed") return "no right";
  if (sample?.lists === true && status === 200) {
    return `shows ${[FACILITY, OTHER].filter((facility) => text.includes(facility)).join()}`;
  }
  if (status === (sample?.foreign ?? 404) && sample?.own !== true) return "not found";
  return status === 403 ? `403 ${code}` : "let in";
}

describe("each stream tells what is in its scope and nothing else", () => {
  const scopes: readonly [Scope, Role, readonly string[]][] = [
    [ALL, "administrator", [FACILITY, OTHER]],
    [HERE, "carer", [FACILITY]],
    [HERE, "manager", [FACILITY]],
    [ELSEWHERE, "carer", [OTHER]],
    [{ kind: "region", of: "35" }, "inspector", [FACILITY, OTHER]],
    [REGION, "inspector", [FACILITY]],
    [{ kind: "region", of: "350304" }, "rescue-centre", [FACILITY]],
    [{ kind: "region", of: "350203" }, "rescue-centre", [OTHER]],
    [{ kind: "region", of: "11" }, "inspector", []],
    [{ kind: "region", of: "%" }, "inspector", []],
    [{ kind: "region", of: "" }, "inspector", []],
    [{ kind: "facility", of: "" }, "carer", []],
  ];
  let base: string;
  let day = 1;

  beforeAll(async () => {
    base = await http.server.listen({ host: "127.0.0.1", port: 0 });
  });

  test.each(scopes)("%j of a %s", async (scope, role, expected) => {
    const user = await userOf(role, scope);
    const { host: _host, ...headers } = await browser(user);
    const stream = await fetch(`${base}/api/v1/stream`, { headers });
    expect(stream.status).toBe(200);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const readOn = async (): Promise<boolean> => {
      const read = await reader?.read();
      text += read?.value ?? "";
      return read?.done === false;
    };
    const readUntil = async (isThere: () => boolean): Promise<void> => {
      while (!isThere()) if (!(await readOn())) throw new Error(`the stream ended with ${text}`);
    };
    await readUntil(() => text.includes("event: hello"));
    day += 1;
    // The foreign ones first: who has the own one had the chance to be told of them.
    for (const facility of [OTHER, FACILITY]) await record(facility, T0 + day * 86_400_000);
    await readUntil(() => expected.every((facility) => text.includes(`"facility":"${facility}"`)));
    await http.sessions.endAll(user.id);
    while (await readOn());
    const told = [...text.matchAll(/"facility":"([^"]*)"/g)].map(([, facility]) => facility);
    expect(new Set(told)).toEqual(new Set(expected));
  });

  test("nobody gets a stream without being signed in", async () => {
    expect((await fetch(`${base}/api/v1/stream`)).status).toBe(401);
  });
});

async function record(facility: string, onset: number): Promise<void> {
  const intakes = [alertIntake({ facility, onset })];
  await recordBurst(http.db, { intakes, rules, now: T0, nowSteady: T0 });
  http.changes.ring();
}

const users = new Map<string, UserRow>();

async function userOf(role: Role, scope: Scope): Promise<UserRow> {
  const login = `${role}-${scope.kind}-${scope.of}`;
  const known = users.get(login) ?? (await http.addUser({ role, scope, login }));
  users.set(login, known);
  return known;
}

function browser(user: UserRow): Promise<Record<string, string>> {
  return http.signedIn(user);
}

interface Asked {
  readonly status: number;
  /** Of a problem document. */
  readonly code: string | undefined;
  readonly text: string;
}

async function ask(route: string, headers: Record<string, string>): Promise<Asked> {
  const sample = samples()[route];
  if (sample === undefined) throw new Error(`${route} has no line in samples()`);
  const { url, body } = sample;
  const reply = await http.server.inject({
    method: route.split(" ")[0] as "GET",
    url,
    headers,
    ...(body === undefined ? {} : { payload: body }),
  });
  const isProblem = String(reply.headers["content-type"]).includes("problem+json");
  const code = isProblem ? String(reply.json().code) : undefined;
  return { status: reply.statusCode, code, text: reply.body };
}

function mayDo(role: Role, access: string): boolean {
  if (["public", "loopback", "signed-in"].includes(access)) return true;
  const row = rightsTable.rows.find(([right]) => right === access);
  return row?.[rightsTable.head.indexOf(role)] === "yes";
}

function tableUnder(heading: string): { head: readonly string[]; rows: readonly string[][] } {
  const section = document.slice(document.indexOf(`${heading}\n`) + heading.length);
  const end = section.indexOf("\n## ");
  const lines = section.slice(0, end < 0 ? undefined : end).split("\n");
  const [head = [], , ...rows] = lines
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
  return { head, rows };
}

function sorted(rows: readonly (readonly string[])[]): string[] {
  return rows.map((row) => row.slice(0, 2).join(" : ")).toSorted((a, b) => (a < b ? -1 : 1));
}
