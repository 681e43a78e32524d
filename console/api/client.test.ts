import { FakeClock } from "@anhu/core/time";
import { expect, test } from "vitest";
import { ApiProblem, openApi, pathOf } from "./client.ts";

const T0 = Date.UTC(2026, 10, 22, 2, 10);

test("an answer is typed JSON, and the server's clock is followed when the phone's is wrong", async () => {
  const { api, asked } = stage(() => json(200, { items: [] }, T0 + 3_600_000));
  expect(await api.get("incidents", { live: true, facility: undefined })).toEqual({ items: [] });
  expect(asked).toEqual(["GET /api/v1/incidents?live=true"]);
  expect(api.now()).toBe(T0 + 3_600_000);
});

test("whole seconds of the date header are no wrong clock", async () => {
  const { api } = stage(() => json(200, {}, T0 - 900));
  await api.get("session");
  expect(api.now()).toBe(T0);
});

test("a problem is an error with its code and status", async () => {
  const problem = { type: "t", title: "t", status: 422, detail: "d", code: "wrong_room_code" };
  const { api } = stage(() => json(422, problem, T0));
  const thrown = await api
    .send("POST", "incidents/1/arrive", { code: "1" })
    .catch((e: unknown) => e);
  expect(thrown).toBeInstanceOf(ApiProblem);
  expect(thrown).toMatchObject({ code: "wrong_room_code", status: 422, retry: false });
});

test("a refusal that says how long to wait is told so", async () => {
  const problem = { type: "t", title: "t", status: 429, detail: "d", code: "too_many_tries" };
  const told = async (headers: HeadersInit): Promise<unknown> => {
    const answer = new Response(JSON.stringify(problem), { status: 429, headers });
    const { api } = stage(() => Promise.resolve(answer));
    const thrown = await api.send("POST", "session", {}).catch((e: unknown) => e);
    return thrown instanceof ApiProblem ? thrown.waitMs : undefined;
  };
  expect(await told({ "retry-after": "32" })).toBe(32_000);
  expect(await told({})).toBe(null);
  expect(await told({ "retry-after": "Sun, 22 Nov 2026 02:10:00 GMT" })).toBe(null);
});

test("no answer is `unreachable`, no JSON `bad_answer`, a refusal without a code `unknown`", async () => {
  const down = stage(() => Promise.reject(new TypeError("down")));
  await expect(down.api.get("x")).rejects.toMatchObject({ code: "unreachable", retry: true });
  const html = stage(() => Promise.resolve(new Response("<html>", { status: 200 })));
  await expect(html.api.get("x")).rejects.toMatchObject({ code: "bad_answer" });
  const bare = stage(() => json(418, {}, T0));
  await expect(bare.api.get("x")).rejects.toMatchObject({ code: "unknown", status: 418 });
});

test("who is not signed in any more is noticed at any answer", async () => {
  const problem = { type: "t", title: "t", status: 401, detail: "d", code: "not_signed_in" };
  const { api, signedOut } = stage(() => json(401, problem, T0));
  await expect(api.get("incidents")).rejects.toMatchObject({ code: "not_signed_in" });
  expect(signedOut()).toBe(1);
});

test("an answer without a body is null", async () => {
  const { api } = stage(() => Promise.resolve(new Response(null, { status: 204 })));
  expect(await api.send("DELETE", "session")).toBe(null);
});

test("a query leaves out what is not asked for", async () => {
  const { api, asked } = stage(() => json(200, {}, T0));
  await api.get("x", { a: 1, b: undefined, c: "", d: "ä b" });
  await api.get("x");
  expect(asked).toEqual(["GET /api/v1/x?a=1&d=%C3%A4+b", "GET /api/v1/x"]);
});

test("what stands in a path cannot lead elsewhere", () => {
  expect(pathOf`facilities/${"../users"}/rooms`).toBe("facilities/..%2Fusers/rooms");
});

function stage(answer: () => Promise<Response>) {
  const asked: string[] = [];
  let signedOut = 0;
  const api = openApi({
    fetch(url, init) {
      asked.push(`${init.method} ${url}`);
      return answer();
    },
    clock: new FakeClock(T0),
    onSignedOut: () => {
      signedOut += 1;
    },
  });
  return { api, asked, signedOut: () => signedOut };
}

function json(status: number, body: object, now: number): Promise<Response> {
  const headers = { date: new Date(now).toUTCString(), "content-type": "application/json" };
  return Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
}
