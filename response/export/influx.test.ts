import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { influxPoints } from "./influx.ts";

interface Said {
  readonly status?: number;
  readonly version?: string;
  readonly body?: unknown;
}

async function serverThat(answer: (asked: string) => Said) {
  const asked: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const one = `${request.method} ${request.url}`;
    asked.push(`${one} ${request.headers.authorization ?? ""} ${body}`.trim());
    const { status = 204, version, body: said } = answer(one);
    if (version !== undefined) response.setHeader("x-influxdb-version", version);
    response.statusCode = status;
    response.end(said === undefined ? "" : JSON.stringify(said));
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const AT = { database: "anhu" };

test("1.x: the version is asked once, the write is in nanoseconds", async () => {
  const { asked, url } = await serverThat(() => ({ version: "1.6.7" }));
  const store = influxPoints({ ...AT, url, user: "u", password: "p" });
  expect(await store.write(["a", "b"])).toEqual({ answer: "stored" });
  await store.write(["c"]);
  expect(asked).toEqual([
    "GET /ping Basic dTpw",
    "POST /write?db=anhu&precision=ns Basic dTpw a\nb",
    "POST /write?db=anhu&precision=ns Basic dTpw c",
  ]);
});

test("2.x: the bucket knows the organization", async () => {
  const { asked, url } = await serverThat((one) =>
    one.includes("/buckets") ? { status: 200, body: { buckets: [{ orgID: "0a" }] } } : {},
  );
  const store = influxPoints({ ...AT, url, token: "t", version: 2 });
  expect(await store.write(["a"])).toEqual({ answer: "stored" });
  expect(asked[1]).toBe("POST /api/v2/write?bucket=anhu&precision=ns&orgID=0a Token t a");
});

test.each([
  [{ status: 503, body: { error: "starting" } }, /503.*starting/],
  [{ status: 401, body: { error: "authorization failed" } }, /401/],
  [{ status: 404, body: { error: "database not found" } }, /404/],
  [{ status: 302 }, /302/],
  [{ status: 400, body: { error: "database is required" } }, /400/],
])("%j is no line's fault: later again", async (said, why) => {
  const { url } = await serverThat(() => said);
  const store = influxPoints({ ...AT, url, version: 1 });
  const detail = expect.stringMatching(why) as string;
  expect(await store.write(["a"])).toEqual({ answer: "unavailable", detail });
});

test("nobody there, or somebody else, is said and tried again", async () => {
  const nobody = influxPoints({ ...AT, url: "http://127.0.0.1:10" });
  expect(await nobody.write(["a"])).toMatchObject({
    answer: "unavailable",
    detail: expect.stringContaining("ECONNREFUSED") as string,
  });
  const { url } = await serverThat(() => ({ version: "unknown" }));
  expect(await influxPoints({ ...AT, url }).write(["a"])).toMatchObject({
    detail: expect.stringContaining("ANHU_INFLUX_VERSION") as string,
  });
});

test("a fault of the lines is told apart, with its code", async () => {
  const error = "partial write: field type conflict: input field dropped=1";
  const { url } = await serverThat(() => ({ status: 400, body: { error } }));
  expect(await influxPoints({ ...AT, url, version: 1 }).write(["a"])).toMatchObject({
    answer: "lines",
    code: "wrong_type",
  });
});

test("closing ends a write that hangs", async () => {
  const server = createServer(() => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = influxPoints({ ...AT, url, version: 1 });
  const writing = store.write(["a"]);
  store.close();
  expect(await writing).toMatchObject({ answer: "unavailable" });
});
