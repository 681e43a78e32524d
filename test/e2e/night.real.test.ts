/** The night of the unattended duty room on the whole running system, with real phones at its end. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { anhu, eventually, ownEnvironment, processesOf, startAnhu } from "../stage/anhu.ts";
import type { Run, Started } from "../stage/anhu.ts";
import { ownPeople } from "../stage/people.ts";

const folder = mkdtempSync(join(tmpdir(), "anhu-night-"));
const dataDir = join(folder, "data");
const env = await ownEnvironment(dataDir);
await ownPeople(dataDir);
let started: Started | undefined;

afterAll(() => {
  for (const pid of processesOf(dataDir)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** The whole night takes some minutes. */
const NIGHT_MS = 300_000;

function night(args: readonly string[]): Promise<Run> {
  const options = { timeoutMs: NIGHT_MS };
  return anhu(["scenario", "unattended-duty-room", "--json", ...args], env, options);
}

test("a phone's port that is taken ends the start with code 3 and a sentence that names the port and its owner", async () => {
  const [, port = ""] = /127\.0\.0\.1:(\d+)/.exec(file("facility.yaml")) ?? [];
  const other = createServer();
  await new Promise<void>((up) => void other.listen(Number(port), "127.0.0.1", up));
  const refused = await anhu(["start"], env);
  other.close();
  expect(refused.code, refused.stderr).toBe(3);
  expect(refused.stderr).toContain(port);
  expect(refused.stderr).toContain(String(process.pid));
});

test(
  "when a carer comes after 20 s, the phones themselves show who was called, and that nobody else was",
  async () => {
    started = await startAnhu([], env);
    const run = await night(["--answer", "carer@20"]);
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const { ok, phones } = JSON.parse(run.stdout) as {
      ok: boolean;
      phones: { what: string; role: string; purpose: string; answer?: string; status: number }[];
    };
    expect(ok).toBe(true);
    const rang = new Set(phones.filter(({ what }) => what === "received").map(({ role }) => role));
    expect(rang).toEqual(new Set(["carer", "duty-officer"]));
    const said = phones.filter(({ what, answer }) => what === "answered" && answer !== "shown");
    expect(said.map(({ answer, status }) => [answer, status])).toEqual([
      ["coming", 200],
      ["arrived", 200],
    ]);
    // The log is the phones' own, and who can answer does not stand in it.
    const log = file("sim/phones.jsonl");
    expect(log.trim().split("\n").length).toBeGreaterThanOrEqual(phones.length);
    expect(log).not.toContain("/api/v1/answers/");
  },
  NIGHT_MS,
);

test("a system that is stopped in the middle is said, and waited for no longer: exit 1", async () => {
  const playing = night([]);
  // The fire is on its way: somebody has been called.
  const calls = () => file("sim/phones.jsonl").split('"purpose":"call"').length;
  const before = calls();
  expect(await eventually(() => calls() > before, 30_000)).toBe(true);
  started?.process.kill("SIGTERM");
  const run = await playing;
  expect(run.code, run.stdout + run.stderr).toBe(1);
  expect(run.stderr).toContain("the system was stopped: nobody answers at http://127.0.0.1:");
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: false, lost: "system" });
}, 120_000);

test("misuse exits 2, and a gateway that does nothing is noticed: exit 1", async () => {
  expect((await night(["--answer", "cook@20"])).code).toBe(2);
  await startAnhu([], env);
  expect((await night(["--answer", "doctor@20"])).code).toBe(2);
  const edge = processesOf(dataDir).find((pid) => commandOf(pid).includes("edge/main.ts")) ?? 0;
  process.kill(edge, "SIGSTOP");
  const run = await night(["--answer", "carer@20"]);
  process.kill(edge, "SIGCONT");
  expect(run.code, run.stdout + run.stderr).toBe(1);
  expect(run.stdout).toContain('"left_out":true');
}, 120_000);

function file(name: string): string {
  return readFileSync(join(dataDir, name), "utf8");
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}
