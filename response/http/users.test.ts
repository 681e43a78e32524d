import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LOCAL } from "../access/api-token.ts";
import type { Role, Scope } from "../access/model.ts";
import { changeUser } from "../access/users.ts";
import { ledgerPage } from "../store/reading.ts";
import type { UserRow } from "../store/users.ts";
import { FACILITY, FACILITY_FILE } from "../testing/facility.ts";
import { AS_LOCAL, openTestHttp, PASSWORD } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";

const STAFF =
  'staff: [{ id: s-01, role: carer, floor: f3, channels: [{ email: "a@example.org" }] }]';
const HOME = FACILITY_FILE.replace("staff: []", STAFF);
const OTHER = FACILITY_FILE.replace(FACILITY, "xm-siming-0001").replace("350304", "350203");
const HERE: Scope = { kind: "facility", of: FACILITY };
const ELSEWHERE: Scope = { kind: "facility", of: "xm-siming-0001" };
const DRAFT = { login: "lin", name: "林秀英", role: "carer", scope: HERE, person: "s-01" };

let http: TestHttp;

beforeEach(async () => {
  http = await openTestHttp({ files: { "facility.yaml": HOME, "facilities/other.yaml": OTHER } });
});

afterEach(() => http.close());

async function ask(
  method: "GET" | "POST" | "PATCH",
  path: string,
  given: { headers?: Record<string, string>; body?: object } = {},
) {
  const { headers = AS_LOCAL, body } = given;
  const reply = await http.server.inject({
    method,
    url: `/api/v1/${path}`,
    headers,
    ...(body === undefined ? {} : { payload: body }),
  });
  const json = reply.json();
  return { status: reply.statusCode, body: json, code: json.code };
}

async function as(
  role: Role,
  scope: Scope,
): Promise<{ user: UserRow; headers: Record<string, string> }> {
  const user = await http.addUser({ role, scope });
  return { user, headers: await http.signedIn(user) };
}

function join(link: string, password = PASSWORD) {
  const body = { token: link.replace("#/join/", ""), password };
  return ask("POST", "session/join", { headers: { host: "localhost" }, body });
}

test("who is invited joins by the link, and signs in by the password that was set", async () => {
  const { status, body } = await ask("POST", "users", { body: DRAFT });
  expect(status).toBe(201);
  expect(body.user).toMatchObject({ login: "lin", joined: false, person: "s-01", language: "zh" });
  expect(body.link).toMatch(/^#\/join\/[\w-]{43}$/);
  expect(await join(body.link)).toMatchObject({ status: 200, body: { user: { joined: true } } });
  expect(await join(body.link)).toMatchObject({ code: "link_over" });
  const { entry } = (await ledgerPage(http.db, { facility: FACILITY, from: 1, limit: 1 }))[0] ?? {};
  expect(JSON.parse(entry ?? "")).toMatchObject({
    actor: "local",
    type: "user_added",
    data: { user: body.user.id, role: "carer", person: "s-01" },
  });
  expect(entry).not.toContain("林");
});

test("who holds an invitation may see whose it is before using it, unless the account is disabled", async () => {
  const { body } = await ask("POST", "users", { body: DRAFT });
  const look = () => {
    const token = body.link.replace("#/join/", "");
    return ask("POST", "session/link", { headers: { host: "localhost" }, body: { token } });
  };
  const { login, name } = body.user;
  const seen = { purpose: "invitation", login, name };
  expect(await look()).toMatchObject({ status: 200, body: seen });
  expect(await join(body.link)).toMatchObject({ status: 200 });
  expect(await look()).toMatchObject({ status: 410, code: "link_over" });
  const again = (await ask("POST", `users/${body.user.id}/link`)).body.link;
  const token = again.replace("#/join/", "");
  const asked = { headers: { host: "localhost" }, body: { token } };
  expect((await ask("POST", "session/link", asked)).status).toBe(200);
  await http.db.updateTable("users").set({ disabled: 1 }).where("id", "=", body.user.id).execute();
  expect(await ask("POST", "session/link", asked)).toMatchObject({ code: "link_over" });
});

test("an invitation lasts 72 h, and a fresh one ends it", async () => {
  const { body } = await ask("POST", "users", { body: DRAFT });
  const again = await ask("POST", `users/${body.user.id}/link`);
  expect(await join(body.link)).toMatchObject({ code: "unknown_link" });
  http.clock.advance(72 * 3_600_000);
  expect(await join(again.body.link)).toMatchObject({ code: "link_over" });
});

test("what cannot be is refused in words", async () => {
  await http.addUser({ role: "carer", scope: HERE, login: "taken", person: "s-01" });
  const wrong: [object, string][] = [
    [{ login: "a b" }, "bad_login"],
    [{ login: "Taken", person: null }, "login_taken"],
    [{}, "person_taken"],
    [{ person: "s-99" }, "unknown_person"],
    [{ scope: { kind: "facility", of: "nowhere" }, person: null }, "wrong_scope"],
    [{ scope: { kind: "all", of: "" }, person: null }, "wrong_scope"],
    [{ role: "inspector", scope: { kind: "region", of: "35%" }, person: null }, "wrong_scope"],
    [{ role: "administrator", scope: { kind: "all", of: "x" }, person: null }, "wrong_scope"],
    [{ role: "king" }, "bad_request"],
    [{ nme: "x" }, "bad_request"],
  ];
  for (const [change, code] of wrong) {
    const answer = await ask("POST", "users", { body: { ...DRAFT, ...change } });
    expect([answer.code, change]).toEqual([code, change]);
  }
});

test("a manager sees, adds and changes the carers of the own facility, and nobody else", async () => {
  const { headers } = await as("manager", HERE);
  const carer = await http.addUser({ role: "carer", scope: HERE, login: "ours" });
  const foreign = await http.addUser({ role: "carer", scope: ELSEWHERE, login: "theirs" });
  const boss = await http.addUser({ role: "manager", scope: HERE, login: "boss" });
  const seen = (await ask("GET", "users", { headers })).body.items;
  expect(seen.map(({ login }: { login: string }) => login)).toEqual(["ours"]);
  expect(await ask("POST", "users", { headers, body: DRAFT })).toMatchObject({ status: 201 });
  const body = { ...DRAFT, login: "xx", person: null };
  expect(await ask("POST", "users", { headers, body: { ...body, role: "manager" } })).toMatchObject(
    { code: "not_allowed" },
  );
  const away = { ...body, scope: ELSEWHERE };
  expect(await ask("POST", "users", { headers, body: away })).toMatchObject({
    code: "wrong_scope",
  });
  for (const id of [foreign.id, boss.id, "u-nobody"]) {
    const change = { headers, body: { name: "x" } };
    expect(await ask("PATCH", `users/${id}`, change)).toMatchObject({ code: "not_found" });
    expect(await ask("POST", `users/${id}/link`, { headers })).toMatchObject({ code: "not_found" });
  }
  const change = (what: object) => ask("PATCH", `users/${carer.id}`, { headers, body: what });
  expect(await change({ role: "manager" })).toMatchObject({ code: "not_allowed" });
  expect(await change({ scope: ELSEWHERE })).toMatchObject({ code: "wrong_scope" });
  expect(await change({ name: "新名" })).toMatchObject({ status: 200, body: { name: "新名" } });
});

test("who is disabled is signed out at once, and cannot sign in", async () => {
  const { user, headers } = await as("carer", HERE);
  const change = (disabled: boolean) => ask("PATCH", `users/${user.id}`, { body: { disabled } });
  expect((await ask("GET", "session", { headers })).status).toBe(200);
  expect((await change(true)).body).toMatchObject({ disabled: true });
  expect((await ask("GET", "session", { headers })).status).toBe(401);
  const body = { login: user.login, password: PASSWORD };
  const sign = () => ask("POST", "session", { headers: { host: "localhost" }, body });
  expect((await sign()).status).toBe(401);
  await change(false);
  expect((await ask("GET", "session", { headers })).status).toBe(401);
  expect((await sign()).status).toBe(200);
});

test("a new name takes back neither a password nor a lock of the same moment", async () => {
  const { user } = await as("carer", HERE);
  const { facilities, db } = http;
  const { byId } = facilities;
  const meanwhile = { password: "another", disabled: 1 } as const;
  let other: Promise<unknown> = Promise.resolve();
  // Between the look at the user and the change.
  vi.spyOn(facilities, "byId", "get").mockImplementationOnce(() => {
    other = db.updateTable("users").set(meanwhile).where("id", "=", user.id).execute();
    return byId;
  });
  const change = await ask("PATCH", `users/${user.id}`, { body: { name: "陈玉兰", scope: HERE } });
  await other;
  expect(change.status).toBe(200);
  const found = db.selectFrom("users").selectAll().where("id", "=", user.id);
  expect(await found.executeTakeFirst()).toMatchObject({ ...meanwhile, name: "陈玉兰" });
  expect((await ask("PATCH", `users/${user.id}`, { body: {} })).body.name).toBe("陈玉兰");
});

test("who is disabled while a password is looked at does not come in by it, nor by an invitation", async () => {
  const { user } = await as("carer", HERE);
  const set = (disabled: boolean) => ask("PATCH", `users/${user.id}`, { body: { disabled } });
  vi.spyOn(http.passwords, "matches").mockImplementationOnce(async (...given) => {
    await set(true);
    return http.passwords.matches(...given);
  });
  const body = { login: user.login, password: PASSWORD };
  const sign = () => ask("POST", "session", { headers: { host: "localhost" }, body });
  expect(await sign()).toMatchObject({ status: 401, code: "wrong_login" });
  await set(false);
  const { link } = (await ask("POST", `users/${user.id}/link`)).body;
  vi.spyOn(http.passwords, "hash").mockImplementationOnce(async (...given) => {
    await set(true);
    return http.passwords.hash(...given);
  });
  expect(await join(link)).toMatchObject({ code: "link_over" });
  expect((await sign()).status).toBe(401);
});

test("an old password lets nobody in once there is another, however long the look at it took", async () => {
  const { user } = await as("carer", HERE);
  const { link } = (await ask("POST", `users/${user.id}/link`)).body;
  vi.spyOn(http.passwords, "matches").mockImplementationOnce(async (...given) => {
    await join(link, "another password");
    return http.passwords.matches(...given);
  });
  const body = { login: user.login, password: PASSWORD };
  const late = await ask("POST", "session", { headers: { host: "localhost" }, body });
  expect(late).toMatchObject({ status: 401, code: "wrong_login" });
});

test("who is disabled has no stream any more", async () => {
  const { user, headers } = await as("carer", HERE);
  const base = await http.server.listen({ host: "127.0.0.1", port: 0 });
  const { host: _host, ...signedIn } = headers;
  const stream = await fetch(`${base}/api/v1/stream`, { headers: signedIn });
  const read = stream.text();
  await ask("PATCH", `users/${user.id}`, { body: { disabled: true } });
  expect(await read).toMatch(/^id: 0\nevent: hello/);
});

test("a stream ends when another process has ended its session", async () => {
  const { user, headers } = await as("carer", HERE);
  const base = await http.server.listen({ host: "127.0.0.1", port: 0 });
  const { host: _host, ...signedIn } = headers;
  const stream = await fetch(`${base}/api/v1/stream`, { headers: signedIn });
  await http.db.updateTable("users").set({ disabled: 1 }).where("id", "=", user.id).execute();
  http.clock.advance(15_000);
  expect(await stream.text()).toMatch(/^id: 0\nevent: hello/);
});

test("an open stream is use: the page on the wall is not signed out after 12 h", async () => {
  const { headers } = await as("carer", HERE);
  const base = await http.server.listen({ host: "127.0.0.1", port: 0 });
  const { host: _host, ...signedIn } = headers;
  const stop = new AbortController();
  await fetch(`${base}/api/v1/stream`, { headers: signedIn, signal: stop.signal });
  for (let hour = 0; hour < 20; hour += 1) {
    const mark = http.clock.wall();
    http.clock.advance(3_600_000);
    await expect
      .poll(async () => {
        http.clock.advance(15_000);
        const [row] = await http.db.selectFrom("sessions").select("seen_at").execute();
        return (row?.seen_at ?? 0) > mark;
      })
      .toBe(true);
  }
  stop.abort();
  expect((await ask("GET", "session", { headers })).status).toBe(200);
});

test("a new role or place ends the sessions; a new name does not", async () => {
  const { user, headers } = await as("carer", HERE);
  await ask("PATCH", `users/${user.id}`, { body: { name: "x", language: "en" } });
  expect((await ask("GET", "session", { headers })).body.user).toMatchObject({ language: "en" });
  await ask("PATCH", `users/${user.id}`, { body: { scope: ELSEWHERE } });
  expect((await ask("GET", "session", { headers })).status).toBe(401);
});

test("the last administrator cannot be disabled or made something else", async () => {
  const { user } = await as("administrator", { kind: "all", of: "" });
  const change = (what: object) => ask("PATCH", `users/${user.id}`, { body: what });
  expect(await change({ disabled: true })).toMatchObject({ code: "last_administrator" });
  expect(await change({ role: "carer", scope: HERE })).toMatchObject({ status: 409 });
  await http.addUser({ role: "administrator", scope: { kind: "all", of: "" }, login: "second" });
  expect(await change({ disabled: true })).toMatchObject({ status: 200 });
});

test("two administrators who disable each other at once leave one", async () => {
  const scope: Scope = { kind: "all", of: "" };
  const both = await Promise.all(
    ["one", "two"].map((login) => http.addUser({ role: "administrator", scope, login })),
  );
  const disable = both.map(({ id }) => changeUser(http, LOCAL, { id, change: { disabled: true } }));
  const done = await Promise.all(disable);
  expect(done.filter(({ ok }) => ok)).toHaveLength(1);
});

test("an invitation is over when its user gets another role or place, or is disabled", async () => {
  const { user } = await as("carer", HERE);
  const invite = async () => (await ask("POST", `users/${user.id}/link`)).body.link;
  const set = (body: object) => ask("PATCH", `users/${user.id}`, { body });
  const renamed = await invite();
  await set({ name: "陈玉兰" });
  expect(await join(renamed)).toMatchObject({ status: 200 });
  // Who made it, for a carer, does not hold the key of what the carer has become.
  const carers = await invite();
  await set({ role: "manager" });
  expect(await join(carers)).toMatchObject({ code: "unknown_link" });
  const managers = await invite();
  await set({ disabled: true });
  await set({ disabled: false });
  expect(await join(managers)).toMatchObject({ code: "unknown_link" });
});

test("users are listed in pages", async () => {
  for (const login of ["c", "a", "b"]) await http.addUser({ role: "carer", scope: HERE, login });
  const first = (await ask("GET", "users?limit=2")).body;
  const rest = (await ask("GET", `users?limit=2&cursor=${first.cursor}`)).body;
  const logins = [...first.items, ...rest.items].map(({ login }: { login: string }) => login);
  expect([logins, rest.cursor]).toEqual([["a", "b", "c"], null]);
});
