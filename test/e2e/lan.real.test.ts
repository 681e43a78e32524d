/** The local network's door: TLS on 127.0.0.2 in the place of a facility's network. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { checkServerIdentity } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anhu, ownEnvironment, processesOf, startAnhu } from "../stage/anhu.ts";
import type { Started } from "../stage/anhu.ts";
import { ownPeople } from "../stage/people.ts";

const LAN = "127.0.0.2";
const folder = mkdtempSync(join(tmpdir(), "anhu-lan-"));
const dataDir = join(folder, "data");
let env: Record<string, string>;
let started: Started;

beforeAll(async () => {
  env = await ownEnvironment(dataDir);
  await ownPeople(dataDir);
  started = await startAnhu(["--lan", LAN], env);
});

afterAll(() => {
  for (const pid of processesOf(dataDir)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks over TLS, trusting nothing but the local CA. */
async function ask(
  path: string,
  given: { readonly headers?: Record<string, string>; readonly body?: object } = {},
): Promise<Answer> {
  const { headers = {}, body } = given;
  const payload = body === undefined ? "" : JSON.stringify(body);
  const answer = Promise.withResolvers<Answer>();
  const asked = request(
    {
      host: LAN,
      port: Number(env["ANHU_LAN_PORT"]),
      path,
      method: body === undefined ? "GET" : "POST",
      ca: readFileSync(join(dataDir, "tls", "ca.crt")),
      // Also when the Host header says otherwise, as a page under a rebound name does.
      checkServerIdentity: (_host, certificate) => checkServerIdentity(LAN, certificate),
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
    },
    (reply) => {
      const { statusCode: status } = reply;
      text(reply).then(
        (read) => answer.resolve({ status, headers: reply.headers, body: read }),
        (thrown: unknown) => answer.reject(thrown),
      );
    },
  );
  asked.once("error", (thrown) => answer.reject(thrown));
  asked.end(payload);
  return answer.promise;
}

test("the greeting has the address for phones as text and as a code, the CA with its fingerprint, and the administrator's link", () => {
  const said = started.output();
  expect(said).toContain(`https://${LAN}:${env["ANHU_LAN_PORT"]}/ca.crt`);
  expect(said).toMatch(/SHA-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}/);
  expect(said).toContain("█▀▀▀▀▀█");
  expect(said).toContain(`http://127.0.0.1:${env["ANHU_HTTP_PORT"]}/#/join/`);
  expect(said).toContain("npx anhu admin link");
});

test("who gets the administrator's link joins on the phone; the cookie is this host's alone", async () => {
  const made = await anhu(["admin", "link"], env);
  const [, token = ""] = /https:\/\/.*#\/join\/(\S+)/.exec(made.stdout) ?? [];
  const body = { token, login: "admin", password: "a long password" };
  const joined = await ask("/api/v1/session/join", { body });
  expect(joined).toMatchObject({ status: 200 });
  const [cookie = ""] = joined.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(
    /^__Host-anhu_session=[^;]+;.*Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  const headers = { cookie: cookie.split(";")[0] ?? "" };
  expect(await ask("/api/v1/incidents", { headers })).toMatchObject({ status: 200 });
  expect(await ask("/api/v1/incidents")).toMatchObject({ status: 401 });
  expect(joined.headers).not.toHaveProperty("strict-transport-security");
  const again = await ask("/api/v1/session/join", { body });
  expect(again).toMatchObject({ status: 410 });
});

test("what is for this machine's own tools is not there", async () => {
  const token = readFileSync(join(dataDir, "secrets", "api-token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}` };
  expect(await ask("/api/v1/incidents", { headers })).toMatchObject({ status: 401 });
  expect(await ask("/metrics", { headers })).toMatchObject({ status: 404 });
  expect(await ask("/healthz", { headers })).toMatchObject({ status: 404 });
});

test("it answers to the names of its certificate and to no other", async () => {
  for (const host of [LAN, "localhost", "localhost:8443", "127.0.0.1:1", "[::1]"]) {
    expect(await ask("/ca.crt", { headers: { host } }), host).toMatchObject({ status: 200 });
  }
  for (const host of ["evil.example", "127.0.0.3", "[::2]", "localhost.evil.example"]) {
    expect(await ask("/ca.crt", { headers: { host } }), host).toMatchObject({ status: 403 });
  }
});

test("the CA that phones are to trust can be fetched", async () => {
  const { headers, body } = await ask("/ca.crt");
  expect(headers["content-type"]).toMatch("application/x-x509-ca-cert");
  expect(body).toBe(readFileSync(join(dataDir, "tls", "ca.crt"), "utf8"));
});

test("a taken port ends the start with code 3 and a sentence that names it and its owner", async () => {
  const other = createServer();
  await new Promise<void>((up) => void other.listen(0, "127.0.0.3", up));
  const { port } = other.address() as { port: number };
  const own = { ...(await ownEnvironment(join(folder, "other"))), ANHU_LAN_PORT: String(port) };
  const refused = await anhu(["start", "--lan", "127.0.0.3"], own);
  other.close();
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain(`port ${port} of 127.0.0.3`);
  expect(refused.stderr).toContain(String(process.pid));
});
