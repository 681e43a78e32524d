import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { Admission } from "../../check/admit.ts";
import type { Store } from "../store.ts";
import { openInfluxStore } from "./store.ts";

const GOOD = "smoke,device=s1,facility=f,gateway=g,room=r alarm=true 1763719200000";
const ONE = { bytes: new TextEncoder().encode(`${GOOD}\n`), count: 1 };

interface Answer {
  readonly status?: number;
  readonly version?: string;
  readonly body?: unknown;
  /** No answer at all. */
  readonly silent?: boolean;
}

/** A server that says what it is told, and remembers what it was asked: `POST /write?db=...` with credentials and body. */
async function serverThat(answer: (request: string, body: string) => Answer) {
  const asked: { request: string; login: string | undefined; body: string }[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const one = `${request.method} ${request.url}`;
    asked.push({ request: one, login: request.headers.authorization, body });
    const said = answer(one, body);
    if (said.silent === true) return;
    if (said.version !== undefined) response.setHeader("X-Influxdb-Version", said.version);
    response.setHeader("content-type", "application/json");
    response.statusCode = said.status ?? 204;
    response.end(said.body === undefined ? "" : JSON.stringify(said.body));
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const open = async (options: object = {}): Promise<Store> => {
    const influx = { url, database: "anhu", timeoutMs: 300, ...options };
    const store = await openInfluxStore({ influx });
    onTestFinished(() => store.close());
    return store;
  };
  return { asked, open };
}

test("1.x is written at /write in milliseconds with basic authentication", async () => {
  const { asked, open } = await serverThat(() => ({ version: "1.8.10" }));
  const store = await open({ user: "u", password: "p" });
  expect(await store.write(ONE)).toEqual({ outcome: "stored", refused: [] });
  expect(asked).toEqual([
    { request: "GET /ping", login: "Basic dTpw", body: "" },
    { request: "POST /write?db=anhu&precision=ms", login: "Basic dTpw", body: GOOD },
  ]);
});

test("2.x is written at /api/v2/write with a token and the bucket's organization", async () => {
  const { asked, open } = await serverThat((request) =>
    request.includes("/buckets")
      ? { status: 200, body: { buckets: [{ orgID: "0a" }] } }
      : { version: "v2.7.11" },
  );
  const store = await open({ token: "t" });
  await store.write(ONE);
  await store.write(ONE);
  const writing = "POST /api/v2/write?bucket=anhu&precision=ms&orgID=0a";
  expect(asked.map(({ request }) => request)).toEqual([
    "GET /ping",
    "GET /api/v2/buckets?name=anhu",
    writing,
    writing,
  ]);
  expect(new Set(asked.map(({ login }) => login))).toEqual(new Set(["Token t"]));
});

test("3.x is written at /api/v2/write; a given version is not asked for", async () => {
  const { asked, open } = await serverThat(() => ({}));
  await (await open({ token: "t", version: 3 })).write(ONE);
  expect(asked.map(({ request }) => request)).toEqual([
    "POST /api/v2/write?bucket=anhu&precision=ms",
  ]);
});

test.each([
  [{ status: 500, body: { error: "timeout" } }, /500 timeout/],
  [{ status: 503, body: { message: "starting" } }, /503 starting/],
  [{ status: 429 }, /429/],
  [{ status: 401, body: { error: "authorization failed" } }, /refuses the credentials/],
  [{ status: 403, body: { error: "not authorized" } }, /does not let/],
  [{ status: 404, body: { error: "database not found" } }, /has no "anhu"/],
  [{ status: 302 }, /302/],
  [{ silent: true }, /timed out/i],
  [{ status: 400, body: { error: "database is required" } }, /database is required/],
  [
    { status: 400, body: { error: "partial write: max-values-per-tag limit exceeded dropped=1" } },
    /limit exceeded/,
  ],
])("%j is nobody's line: busy, and health says why until a write works", async (answer, why) => {
  let now: Answer = answer;
  const { open } = await serverThat((request) => (request === "GET /ping" ? {} : now));
  const store = await open({ version: 1 });
  const detail = expect.stringMatching(why) as string;
  expect(await store.write(ONE)).toEqual({ outcome: "busy", detail });
  expect(await store.health()).toEqual({ status: "down", detail });
  now = {};
  expect(await store.write(ONE)).toEqual({ outcome: "stored", refused: [] });
  expect(await store.health()).toMatchObject({ status: "ok" });
});

test.each([
  [
    "1.x",
    400,
    { error: "partial write: field type conflict: input field dropped=1" },
    "wrong_type",
  ],
  ["1.x", 400, { error: "unable to parse 'x': invalid float" }, "bad_line"],
  [
    "1.x",
    400,
    { error: "partial write: points beyond retention policy dropped=1" },
    "time_too_old",
  ],
  [
    "2.x",
    422,
    { message: "failure writing points to database: partial write: field type conflict dropped=1" },
    "wrong_type",
  ],
  [
    "3.x",
    400,
    {
      error: "partial write of line protocol occurred",
      data: [{ line_number: 1, error_message: "invalid column type for column 'alarm'" }],
    },
    "wrong_type",
  ],
  ["any", 413, { error: "too large" }, "bad_line"],
] as const)("%s, %d %j: the bad line alone is refused", async (_version, status, body, code) => {
  const stored = new Set<string>();
  const { asked, open } = await serverThat((_request, sent) => {
    if (sent.includes("obscuration_pct")) return { status, body };
    for (const one of sent.split("\n")) stored.add(one);
    return {};
  });
  const lines = Array.from({ length: 64 }, (_, i) => GOOD.replace(/0$/, String(i)));
  lines[41] = GOOD.replace("alarm=true", "obscuration_pct=1");
  const bytes = new TextEncoder().encode(lines.join("\n"));
  expect(await (await open({ version: 1 })).write({ bytes, count: 64 })).toEqual({
    outcome: "stored",
    refused: [{ line: 42, code }],
  });
  expect(stored.size).toBe(63);
  expect(asked.length).toBeLessThan(15);
});

test("what the server refuses for no line's fault does not hold up the writes that shared its request", async () => {
  const { open } = await serverThat((_request, body) =>
    body.includes("device=new")
      ? {
          status: 400,
          body: { error: "partial write: max-values-per-tag limit exceeded dropped=1" },
        }
      : {},
  );
  const store = await open({ version: 1 });
  const devices = [1, 2, 3, 4, 5, 6, "new", 8].map((n) => GOOD.replace("=s1", `=${n}`));
  const outcomes = await Promise.all(
    devices.map((one) => store.write({ bytes: new TextEncoder().encode(`${one}\n`), count: 1 })),
  );
  const busy = outcomes.map(({ outcome }) => outcome === "busy");
  expect(busy).toEqual([false, false, false, false, false, false, true, false]);
});

test("an outage in the middle of looking for the bad line is busy: nothing is refused yet", async () => {
  let requests = 0;
  const { open } = await serverThat(() => {
    requests += 1;
    return requests === 1 ? { status: 400, body: { error: "unable to parse" } } : { status: 503 };
  });
  const bytes = new TextEncoder().encode(`${GOOD}\n${GOOD}1\n`);
  const outcome = await (await open({ version: 1 })).write({ bytes, count: 2 });
  expect(outcome).toMatchObject({ outcome: "busy" });
});

test.each(["4.0", "unknown"])("the version %j is not guessed at", async (version) => {
  const { open } = await serverThat(() => ({ version }));
  const detail = expect.stringContaining("ANHU_INFLUX_VERSION") as string;
  expect(await (await open()).write(ONE)).toEqual({ outcome: "busy", detail });
});

test("a query that the server refuses is an error, not an empty answer", async () => {
  const { open } = await serverThat(() => ({
    status: 200,
    body: { results: [{ error: "not executed" }] },
  }));
  const store = await open();
  await expect(store.count({ facility: "f" })).rejects.toThrow("not executed");
});

test("without an address nothing is opened", async () => {
  await expect(openInfluxStore({})).rejects.toMatchObject({ code: "store_failed" });
});

test("lines that were checked before are sent as they are, and cut where their marks say", async () => {
  const { asked, open } = await serverThat((_request, body) =>
    body.includes("=false")
      ? { status: 400, body: { error: "partial write: field type conflict dropped=1" } }
      : {},
  );
  const sent = [1, 2, 3].map((n) => `smoke,device=s${n},room=r alarm=${n !== 2} 1763719200000\n`);
  const batch = new TextEncoder().encode(sent.join(""));
  const address = { facility: "f", gateway: "g" };
  const rules = { address, oldest: 0, newest: 2e12, unit: "ms" } as const;
  const { lines } = new Admission().admit(batch, 0, rules);
  expect(lines.marks).toBeDefined();
  const refused = [{ line: 2, code: "wrong_type" }];
  expect(await (await open({ version: 1 })).write(lines)).toEqual({ outcome: "stored", refused });
  const line = (n: number): string =>
    `smoke,device=s${n},facility=f,gateway=g,room=r alarm=${n !== 2} 1763719200000`;
  expect(asked.map(({ body }) => body)).toEqual([
    [1, 2, 3].map(line).join("\n"),
    line(1),
    [2, 3].map(line).join("\n"),
    line(2),
    line(3),
  ]);
});

test("writes that wait share one request, and each learns its own fate when a line of one is at fault", async () => {
  const { asked, open } = await serverThat((_request, body) =>
    body.includes("=false")
      ? { status: 400, body: { error: "partial write: field type conflict dropped=1" } }
      : {},
  );
  const store = await open({ version: 1 });
  const line = (n: number): string => GOOD.replace("s1", `s${n}`);
  const write = (sent: string) =>
    store.write({ bytes: new TextEncoder().encode(`${sent}\n`), count: 1 });
  const stored = { outcome: "stored", refused: [] };

  const all = [1, 2, 3, 4, 5, 6, 7].map(line);
  expect(await Promise.all(all.map(write))).toEqual(all.map(() => stored));
  const bodies = asked.map(({ body }) => body).toSorted();
  expect(bodies).toEqual([...all.slice(0, 4), all.slice(4).join("\n")]);

  const mixed = all.with(5, line(6).replace("true", "false"));
  const outcomes = await Promise.all(mixed.map(write));
  expect(outcomes[5]).toEqual({ outcome: "stored", refused: [{ line: 1, code: "wrong_type" }] });
  expect(outcomes.toSpliced(5, 1)).toEqual(all.slice(1).map(() => stored));
});

test("a server that does not answer a shared request makes all of it busy", async () => {
  const { asked, open } = await serverThat((_request, body) =>
    body.includes("\n") ? { status: 503 } : {},
  );
  const store = await open({ version: 1 });
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => store.write(ONE)));
  const alone = ["stored", "stored", "stored", "stored"];
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([...alone, "busy", "busy"]);
  expect(asked.length).toBe(5);
});
