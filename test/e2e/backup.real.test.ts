/** A facility under a storm of alarms is backed up while it runs; the backup starts elsewhere, on other ports, with all that was there. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { connectControl } from "@anhu/firmware-sim/control";
import { anhu, eventually, ownEnvironment, processesOf, startAnhu } from "../stage/anhu.ts";
import { ownPeople } from "../stage/people.ts";

const folder = mkdtempSync(join(tmpdir(), "anhu-backup-"));
const [dataDir, elsewhere] = [join(folder, "data"), join(folder, "elsewhere")];
const file = join(folder, "backup.tar.gz");
const FACILITY = "pt-licheng-0001";
const ALARMS_PER_MINUTE = 600;

afterAll(() => {
  for (const pid of [...processesOf(dataDir), ...processesOf(elsewhere)]) {
    process.kill(pid, "SIGKILL");
  }
  rmSync(folder, { recursive: true, force: true });
});

test("a backup under load holds every incident, reading and entry from before it, and runs elsewhere", async () => {
  await ownPeople(dataDir);
  const env = await ownEnvironment(dataDir);
  const first = await startAnhu([], env);
  const control = await connectControl(join(dataDir, "anhu.sock"), systemClock());
  await control.ask("storm", { alarms: ALARMS_PER_MINUTE, faults: 0 });
  const many = async () => (await incidentsOf(env)).length >= 10;
  expect(await eventually(many, 60_000), "ten incidents").toBe(true);

  const before = await everythingOf(env, Date.now());
  const made = await anhu(["backup", file], env);
  expect(made.code, made.stdout + made.stderr).toBe(0);
  expect((statSync(file).mode & 0o077).toString(8)).toBe("0");
  expect((await everythingOf(env, before.to)).entries).toBeGreaterThan(before.entries);
  await control.ask("storm", { alarms: 0, faults: 0 });
  control.close();

  expect((await anhu(["restore", file], env)).code).toBe(2);
  first.process.kill("SIGTERM");
  await first.ended;

  const other = await ownEnvironment(elsewhere);
  const restored = await anhu(["restore", file], other);
  expect(restored.code, restored.stdout + restored.stderr).toBe(0);
  const second = await startAnhu([], other);
  const after = await everythingOf(other, before.to);
  expect(after.incidents).toEqual(expect.arrayContaining(before.incidents));
  expect(after.readings).toEqual(before.readings);
  expect(after.entries).toBeGreaterThanOrEqual(before.entries);

  const log = join(folder, "log.jsonl");
  const exported = await anhu(["audit", "export", FACILITY, "--out", log], other);
  expect(exported.code, exported.stderr).toBe(0);
  const verified = await anhu(["audit", "verify", log, "--head", before.head], other);
  // The head of before is an entry on the way, and the chain goes on behind it.
  expect(verified.code, verified.stdout).toBe(0);
  expect(readFileSync(log, "utf8").split("\n").length).toBeGreaterThan(before.entries);

  const later = Date.now();
  const readsOn = async () => (await readingsOf(other, later, later + 3_600_000)).length > 0;
  expect(await eventually(readsOn, 30_000), "readings after the restore").toBe(true);
  second.process.kill("SIGTERM");
  expect(await second.ended).toBe(0);
}, 240_000);

type Env = Readonly<Record<string, string>>;

/** What stands there from before `to` (UTC ms): ids of incidents, readings, the log's length and last entry. */
async function everythingOf(env: Env, to: number) {
  const { size } = await get<{ size: number }>(env, `/api/v1/ledger/${FACILITY}?limit=1`);
  const last = await get<{ items: { leaf: string }[] }>(
    env,
    `/api/v1/ledger/${FACILITY}?from=${size}&limit=1`,
  );
  // What was measured in the last seconds may still be on its way.
  const readings = await readingsOf(env, 0, to - 5_000);
  return {
    to,
    incidents: await incidentsOf(env),
    readings,
    entries: size,
    head: `${FACILITY}/${size}/${last.items[0]?.leaf}`,
  };
}

async function incidentsOf(env: Env): Promise<string[]> {
  const { items } = await get<{ items: { id: string }[] }>(env, "/api/v1/incidents?limit=200");
  return items.map(({ id }) => id);
}

async function readingsOf(env: Env, from: number, to: number): Promise<string[]> {
  const found: string[] = [];
  for (let next: number | null = from; next !== null;) {
    const path: string = `/api/v1/readings?facility=${FACILITY}&from=${next}&to=${to}`;
    const page: { items: object[]; next: number | null } = await get(env, path);
    found.push(...page.items.map((reading) => JSON.stringify(reading)));
    next = page.next;
  }
  return found;
}

async function get<T>(env: Env, path: string): Promise<T> {
  const token = readFileSync(join(env["ANHU_DATA"] ?? "", "secrets", "api-token"), "utf8").trim();
  const answer = await fetch(`http://127.0.0.1:${env["ANHU_HTTP_PORT"]}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
