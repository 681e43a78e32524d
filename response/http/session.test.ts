import { afterEach, beforeEach, expect, test } from "vitest";
import { newAdministratorLink } from "../access/links.ts";
import { ledgerPage } from "../store/reading.ts";
import { FACILITY } from "../testing/facility.ts";
import { AS_LOCAL, openTestHttp, PASSWORD } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";

const HERE = { kind: "facility", of: FACILITY } as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let http: TestHttp;

beforeEach(async () => {
  http = await openTestHttp();
});

afterEach(() => http.close());

interface Asked {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly headers?: Record<string, string>;
  readonly body?: object;
  readonly remoteAddress?: string;
}

async function ask(path: string, { method = "GET", headers = {}, ...rest }: Asked = {}) {
  const url = `/api/v1/${path}`;
  const all = { host: "localhost", ...headers };
  const { body: payload, remoteAddress } = rest;
  const reply = await http.server.inject({
    method,
    url,
    headers: all,
    ...(payload === undefined ? {} : { payload }),
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
  });
  const body = reply.body === "" ? {} : reply.json();
  const cookie = reply.cookies[0];
  return {
    status: reply.statusCode,
    body,
    code: body.code,
    headers: reply.headers,
    set: cookie,
    cookie: {
      cookie: `${cookie?.name}=${cookie?.value}`,
      "sec-fetch-site": "same-origin",
    },
  };
}

const signIn = (login: string, password = PASSWORD, remoteAddress = "127.0.0.1") =>
  ask("session", { method: "POST", body: { login, password }, remoteAddress });

async function logged(): Promise<string[]> {
  const page = await ledgerPage(http.db, { facility: FACILITY, from: 1, limit: 100 });
  return page.map(({ entry }) => {
    const { type, actor } = JSON.parse(entry) as { type: string; actor: string };
    return `${actor} ${type}`;
  });
}

test("who signs in is known by a cookie that no script and no other site can use, until signing out", async () => {
  await http.addUser({ role: "carer", scope: HERE, person: "s-01" });
  const { status, body, set, cookie } = await signIn("Carer");
  expect(status).toBe(200);
  expect(body).toEqual({
    user: {
      id: "u-carer",
      login: "carer",
      name: "carer",
      role: "carer",
      scope: HERE,
      person: "s-01",
      language: "zh",
      disabled: false,
      joined: true,
    },
    demo: true,
    expires_at: http.clock.wall() + 30 * DAY,
  });
  expect(set).toMatchObject({
    name: "anhu_session",
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    maxAge: 30 * 86_400,
  });
  expect(set?.value).toMatch(/^[\w-]{43}$/);
  expect(await ask("session", { headers: cookie })).toMatchObject({ status: 200, body });
  expect(await ask("session", { method: "DELETE", headers: cookie })).toMatchObject({
    status: 204,
    set: { name: "anhu_session", value: "" },
  });
  expect(await ask("session", { headers: cookie })).toMatchObject({ code: "not_signed_in" });
  expect(await logged()).toEqual(["user:u-carer user_signed_in", "user:u-carer user_signed_out"]);
});

test("neither token nor password stands in the database", async () => {
  await http.addUser({ role: "carer", scope: HERE });
  const { set } = await signIn("carer");
  const rows = await http.db.selectFrom("sessions").selectAll().execute();
  const users = await http.db.selectFrom("users").selectAll().execute();
  expect(JSON.stringify([rows, users])).not.toContain(set?.value);
  expect(JSON.stringify(users)).not.toContain(PASSWORD);
});

test("a wrong password, an unknown login, an account not joined and a disabled one get one answer", async () => {
  await http.addUser({ role: "carer", scope: HERE });
  await http.addUser({ role: "carer", scope: HERE, login: "new" });
  await http.addUser({ role: "carer", scope: HERE, login: "gone" });
  const users = http.db.updateTable("users");
  await users.set({ password: null }).where("login", "=", "new").execute();
  await users.set({ disabled: 1 }).where("login", "=", "gone").execute();
  const answers = [
    await signIn("carer", "not the password"),
    await signIn("nobody"),
    await signIn("new"),
    await signIn("gone"),
  ];
  for (const { status, body, set } of answers) {
    expect([status, set, body]).toEqual([401, undefined, answers[0]?.body]);
  }
  expect(await logged()).toEqual(Array(3).fill("response user_refused"));
});

test("guessing a login is slowed down, also over a restart, and begins anew with the right password", async () => {
  await http.addUser({ role: "carer", scope: HERE });
  for (let n = 0; n < 5; n += 1) expect((await signIn("carer", "x")).status).toBe(401);
  expect((await signIn("carer", "x")).status).toBe(401);
  const held = await signIn("CARER");
  expect(held).toMatchObject({ status: 429, code: "too_many_tries" });
  expect(held.headers["retry-after"]).toBe("1");
  http.clock.advance(1_000);
  expect((await signIn("carer", "x")).status).toBe(401);
  http.clock.advance(1_999);
  expect((await signIn("carer")).status).toBe(429);
  http.clock.advance(1);
  expect((await signIn("carer")).status).toBe(200);
  expect((await signIn("carer", "x")).status).toBe(401);
  expect((await signIn("carer")).status).toBe(200);
});

test("an unknown login is slowed down as a known one is", async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 7; n += 1) statuses.push((await signIn("nobody")).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429]);
});

test("guesses that come all at once count as many", async () => {
  await http.addUser({ role: "carer", scope: HERE });
  const answers = await Promise.all(Array.from({ length: 12 }, () => signIn("carer", "x")));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(6);
});

test("one address that guesses many logins is slowed down; others are not", async () => {
  await http.addUser({ role: "carer", scope: HERE });
  for (let n = 0; n < 21; n += 1) {
    expect((await signIn(`guess-${n}`, "x", "192.0.2.7")).status).toBe(401);
  }
  expect((await signIn("carer", PASSWORD, "192.0.2.7")).status).toBe(429);
  expect((await signIn("carer", PASSWORD, "192.0.2.8")).status).toBe(200);
});

test("a wait ends when the wall clock is set back, and never lasts over 15 minutes", async () => {
  for (let n = 0; n < 40; n += 1) {
    const { headers } = await signIn("nobody", "x", `192.0.2.${n}`);
    const wait = Number(headers["retry-after"] ?? 0);
    expect(wait).toBeLessThanOrEqual(900);
    http.clock.advance(wait * 1_000);
  }
  await signIn("nobody", "x", "192.0.2.90");
  expect((await signIn("nobody", "x", "192.0.2.91")).status).toBe(429);
  http.clock.stepWall(-365 * DAY);
  expect((await signIn("nobody", "x", "192.0.2.92")).status).toBe(401);
});

test("a session ends 12 h after its last use, and 30 d after its begin", async () => {
  const user = await http.addUser({ role: "carer", scope: HERE });
  const headers = await http.signedIn(user);
  const status = async () => (await ask("session", { headers })).status;
  for (let n = 0; n < 3; n += 1) {
    http.clock.advance(12 * HOUR - 1);
    expect(await status()).toBe(200);
  }
  http.clock.advance(12 * HOUR);
  expect(await status()).toBe(401);

  const other = await http.signedIn(user);
  for (let day = 0; day < 59; day += 1) {
    http.clock.advance(12 * HOUR - 1);
    expect((await ask("session", { headers: other })).status).toBe(200);
  }
  http.clock.advance(12 * HOUR - 1);
  expect((await ask("session", { headers: other })).status).toBe(200);
  http.clock.advance(MINUTE);
  expect((await ask("session", { headers: other })).status).toBe(401);
});

test("an eleventh session of one user ends the one that was used longest ago", async () => {
  const user = await http.addUser({ role: "carer", scope: HERE });
  const all = [];
  for (let n = 0; n < 11; n += 1) {
    all.push(await http.signedIn(user));
    http.clock.advance(1_000);
  }
  const statuses = await Promise.all(
    all.map(async (headers) => (await ask("session", { headers })).status),
  );
  expect(statuses).toEqual([401, ...Array(10).fill(200)]);
});

test("a new password ends the other sessions, and only who knows the old one sets it", async () => {
  const user = await http.addUser({ role: "carer", scope: HERE });
  const [phone, tablet] = [await http.signedIn(user), await http.signedIn(user)];
  const change = (current: string, password: string) =>
    ask("session/password", { method: "POST", headers: phone, body: { current, password } });
  expect(await change("wrong", "another password")).toMatchObject({ code: "wrong_login" });
  expect(await change(PASSWORD, "short")).toMatchObject({ status: 422, code: "weak_password" });
  expect((await change(PASSWORD, "another password")).status).toBe(204);
  expect((await ask("session", { headers: phone })).status).toBe(200);
  expect((await ask("session", { headers: tablet })).status).toBe(401);
  expect((await signIn("carer")).status).toBe(401);
  expect((await signIn("carer", "another password")).status).toBe(200);
});

test("the administrator's link works once, within 15 minutes", async () => {
  const token = await newAdministratorLink(http.db, http.clock.wall());
  const join = (given: object, token_ = token) =>
    ask("session/join", { method: "POST", body: { token: token_, password: PASSWORD, ...given } });
  expect(await join({})).toMatchObject({ status: 422, code: "bad_login" });
  expect(await join({ login: "chen li" })).toMatchObject({ code: "bad_login" });
  expect(await join({ login: "陈力", password: "short" })).toMatchObject({ code: "weak_password" });
  expect(await join({ login: "x" }, "unknown")).toMatchObject({ code: "unknown_link" });
  const joined = await join({ login: "陈力", name: "陈力（院长）" });
  expect(joined).toMatchObject({
    status: 200,
    body: { user: { role: "administrator", name: "陈力（院长）", scope: { kind: "all" } } },
  });
  expect((await ask("users", { headers: joined.cookie })).body.items).toHaveLength(1);
  expect(await join({ login: "other" })).toMatchObject({ status: 410, code: "link_over" });

  const late = await newAdministratorLink(http.db, http.clock.wall());
  http.clock.advance(15 * MINUTE);
  expect(await join({ login: "late" }, late)).toMatchObject({ code: "link_over" });
  const stale = await newAdministratorLink(http.db, http.clock.wall());
  await newAdministratorLink(http.db, http.clock.wall());
  expect(await join({ login: "late" }, stale)).toMatchObject({ code: "unknown_link" });
});

test("an administrator's link can be looked at as often as one likes, until it is used or late", async () => {
  const expires_at = http.clock.wall() + 15 * MINUTE;
  const token = await newAdministratorLink(http.db, http.clock.wall());
  const look = (token_ = token) => ask("session/link", { method: "POST", body: { token: token_ } });
  const seen = { purpose: "administrator", login: null, name: null, expires_at };
  expect(await look()).toMatchObject({ status: 200, body: seen });
  expect(await look("unknown")).toMatchObject({ status: 404, code: "unknown_link" });
  const body = { token, login: "chen", password: PASSWORD };
  expect((await ask("session/join", { method: "POST", body })).status).toBe(200);
  expect(await look()).toMatchObject({ status: 410, code: "link_over" });
  const late = await newAdministratorLink(http.db, http.clock.wall());
  expect((await look(late)).status).toBe(200);
  http.clock.advance(15 * MINUTE);
  expect(await look(late)).toMatchObject({ status: 410, code: "link_over" });
});

test("two who use one link at once are one administrator", async () => {
  const token = await newAdministratorLink(http.db, http.clock.wall());
  const both = await Promise.all(
    ["one", "two"].map((login) =>
      ask("session/join", { method: "POST", body: { token, login, password: PASSWORD } }),
    ),
  );
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 410]));
});

test("an administrator's link gives an administrator a new password, and nobody else", async () => {
  await http.addUser({ role: "carer", scope: HERE });
  const admin = await http.addUser({ role: "administrator", scope: { kind: "all", of: "" } });
  const before = await http.signedIn(admin);
  const token = await newAdministratorLink(http.db, http.clock.wall());
  const join = (login: string) =>
    ask("session/join", { method: "POST", body: { token, login, password: "a new password" } });
  expect(await join("carer")).toMatchObject({ status: 409, code: "login_taken" });
  expect(await join("administrator")).toMatchObject({
    status: 200,
    body: { user: { id: admin.id } },
  });
  expect((await ask("session", { headers: before })).status).toBe(401);
  expect((await signIn("administrator", "a new password")).status).toBe(200);
});

test("signing in needs JSON, and comes from our own page", async () => {
  await http.addUser({ role: "carer", scope: HERE });
  const body = { login: "carer", password: PASSWORD };
  const form = await http.server.inject({
    method: "POST",
    url: "/api/v1/session",
    headers: { host: "localhost", "content-type": "application/x-www-form-urlencoded" },
    payload: `login=carer&password=${PASSWORD}`,
  });
  expect(form.statusCode).toBe(400);
  const text = await http.server.inject({
    method: "POST",
    url: "/api/v1/session",
    headers: { host: "localhost", "content-type": "text/plain" },
    payload: JSON.stringify(body),
  });
  expect(text.statusCode).toBe(400);
  const foreign = { origin: "https://evil.example" };
  expect(await ask("session", { method: "POST", headers: foreign, body })).toMatchObject({
    code: "foreign_origin",
  });
});

test("a cookie without a word of where the page is from changes nothing", async () => {
  const user = await http.addUser({ role: "carer", scope: HERE });
  const { cookie } = await http.signedIn(user);
  expect(await ask("session", { method: "DELETE", headers: { cookie } })).toMatchObject({
    code: "foreign_origin",
  });
  const own = { cookie, origin: "http://localhost" };
  expect((await ask("session", { method: "DELETE", headers: own })).status).toBe(204);
});

test("this machine's own tools are an administrator without an end", async () => {
  expect((await ask("session", { headers: AS_LOCAL })).body).toMatchObject({
    user: { id: "local", role: "administrator" },
  });
});

test("every answer forbids foreign scripts and frames, and none binds a browser to TLS", async () => {
  for (const path of ["session", "nowhere"]) {
    const { headers } = await ask(path);
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'self';.*frame-ancestors 'none'/,
    );
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers).not.toHaveProperty("strict-transport-security");
  }
});
