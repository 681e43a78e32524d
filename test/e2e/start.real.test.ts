import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { anhu, eventually, ownEnvironment, processesOf, startAnhu } from "../stage/anhu.ts";
import { ownPeople } from "../stage/people.ts";

const folder = mkdtempSync(join(tmpdir(), "anhu-start-"));
const dataDir = join(folder, "data");
const env = await ownEnvironment(dataDir);
await ownPeople(dataDir);

afterAll(() => {
  for (const pid of processesOf(dataDir)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("a first start makes what it needs, raises a fire end to end, and SIGTERM ends every process of it", async () => {
  const started = await startAnhu([], env);
  expect(started.output()).toContain("npx anhu scenario smoke-302");
  expect(started.output()).toContain(`http://127.0.0.1:${env["ANHU_HTTP_PORT"]}`);

  const first = await anhu(["scenario", "smoke-302"], env);
  expect(first.stdout + first.stderr).toContain("siren");
  expect(first.code, first.stdout + first.stderr).toBe(0);

  const recorded = await anhu(["scenario", "recorded"], env);
  expect(recorded.code, recorded.stdout + recorded.stderr).toBe(0);

  started.process.kill("SIGTERM");
  expect(await started.ended).toBe(0);
  expect(processesOf(dataDir)).toEqual([]);
});

test("secrets are readable by their owner only", () => {
  for (const path of [
    "tls/ca.key",
    "tls/server.key",
    "secrets/ingest.json",
    "broker/identities.db",
    "edge/gw1/identity.json",
  ]) {
    expect((statSync(join(dataDir, path)).mode & 0o077).toString(8), path).toBe("0");
  }
});

test("a second start carries on where the first ended, and SIGKILL of the parent leaves nothing running", async () => {
  const started = await startAnhu([], env);
  const token = readFileSync(join(dataDir, "secrets", "api-token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}` };
  const api = `http://127.0.0.1:${env["ANHU_HTTP_PORT"]}/api/v1`;
  expect((await fetch(`${api}/incidents`)).status).toBe(401);
  const incidents = await fetch(`${api}/incidents`, { headers });
  expect(await incidents.text()).toContain("r302");
  const again = await anhu(["scenario", "smoke-302", "--json"], env);
  expect(again.code, again.stdout + again.stderr).toBe(0);

  const ports = await ownEnvironment(dataDir);
  const second = await anhu(["start"], ports);
  expect(second.code).toBe(3);
  expect(second.stderr).toContain("runs already");

  started.process.kill("SIGKILL");
  await started.ended;
  expect(await eventually(() => processesOf(dataDir).length === 0, 10_000)).toBe(true);
});

test("a demo directory is refused for real use", async () => {
  const refused = await anhu(["start", "--no-demo"], env);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain("demo");
});

test("a taken port ends the start with code 3 and a sentence that names the port and its owner", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  const refused = await anhu(["start"], { ...env, ANHU_MQTT_PORT: String(port) });
  other.close();
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain(String(port));
  expect(refused.stderr).toContain(String(process.pid));
});

test("a scenario without a running system says so and exits 3; an unknown one exits 2", async () => {
  expect((await anhu(["scenario", "smoke-302"], env)).code).toBe(3);
  const unknown = await anhu(["scenario", "no-such"], env);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("smoke-302");
});
