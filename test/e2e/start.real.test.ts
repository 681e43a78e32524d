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
  expect(started.output()).toContain("npx anhu scenario your-turn");
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

test("in a Chinese shell, why it does not start is said in Chinese, with the same exit codes", async () => {
  const chinese = { ...env, LANG: "zh_CN.UTF-8" };
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  const taken = await anhu(["start"], { ...chinese, ANHU_MQTT_PORT: String(port) });
  other.close();
  expect(taken.code).toBe(3);
  expect(taken.stderr).toContain(`127.0.0.1 的端口 ${port} 已被`);
  expect(taken.stderr).toContain(`进程 ${process.pid}`);
  expect(taken.stderr).toContain("ANHU_MQTT_PORT");

  const real = await anhu(["start", "--no-demo"], chinese);
  expect([real.code, real.stderr]).toEqual([3, expect.stringContaining("演示机构")]);
  const bad = await anhu(["start"], { ...chinese, ANHU_HTTP_PORT: "none" });
  expect([bad.code, bad.stderr]).toEqual([2, "ANHU_HTTP_PORT=none 不是端口：应为 1 至 65535\n"]);
  // Known by the service alone.
  const influx = await anhu(["start"], { ...chinese, ANHU_INFLUX_URL: "http://127.0.0.1:9" });
  expect([influx.code, influx.stderr]).toEqual([
    3,
    expect.stringMatching(/^ingest 未能启动：ANHU_INFLUX_DB 的设置有误.*ingest\.log）\n$/),
  ]);
});

test("a link for an administrator is an address alone on standard output; how long it is good stands beside it", async () => {
  const link = await anhu(["admin", "link"], env);
  expect(link.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#\/join\/\S+\n$/);
  expect(link.stderr).toBe("Good for 15 minutes, once; it ends links that nobody has used.\n");
  const chinese = await anhu(["admin", "link"], { ...env, LANG: "zh_CN.UTF-8" });
  expect(chinese.stderr).toMatch(/15 分钟内有效，仅可使用一次/);
});

test("a scenario without a running system says so and exits 3; an unknown one exits 2", async () => {
  expect((await anhu(["scenario", "smoke-302"], env)).code).toBe(3);
  const unknown = await anhu(["scenario", "no-such"], env);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("smoke-302");
});
