import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { anhu, eventually, ownEnvironment, processesOf, startAnhu } from "../stage/anhu.ts";

const folder = mkdtempSync(join(tmpdir(), "anhu-cli-"));
const dataDir = join(folder, "data");
const env = await ownEnvironment(dataDir);

afterAll(() => {
  for (const pid of processesOf(dataDir)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** DOMAIN: a smoke detector's fire, as a vendor's manual shows it. */
const SMOKE_FIRE =
  "404001000101203A091A090C790300000000385B0100000030000202010101280A000200020020202020202020202020202020202020202020202020202020202020202000023A091A090C462323";

test("decode tells what a frame says, and what is left over", async () => {
  const run = await anhu(["decode", "gb26875"], env, { input: `${SMOKE_FIRE}4040\n` });
  expect(run.code, run.stderr).toBe(0);
  const [frame, rest] = run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(frame.ok).toBe(true);
  expect(frame.points[0]).toMatchObject({
    kind: "smoke",
    device: "1/1/0x0002000a",
    fields: { alarm: true },
  });
  expect(frame.signals).toEqual([
    expect.objectContaining({
      class: "alarm",
      type: "fire",
      device: "1/1/0x0002000a",
      active: true,
      test: true,
    }),
  ]);
  expect(rest).toMatchObject({ ok: false, reason: "truncated" });
});

test("one service runs alone until it is told to end", async () => {
  const child = spawn(process.execPath, ["cli/anhu.js", "run", "broker"], {
    env: await ownEnvironment(join(folder, "alone")),
  });
  let log = "";
  child.stdout.on("data", (chunk) => (log += String(chunk)));
  child.stderr.on("data", (chunk) => (log += String(chunk)));
  expect(await eventually(() => log.includes('"msg":"ready"'), 15_000), log).toBe(true);
  child.kill("SIGTERM");
  expect(await new Promise((resolve) => child.once("exit", resolve)), log).toBe(0);
}, 30_000);

test("misuse exits 2", async () => {
  expect((await anhu(["decode", "no-such-driver"], env, { input: "" })).code).toBe(2);
  expect((await anhu(["no-such-command"], env)).code).toBe(2);
  expect((await anhu(["gateway", "add", "Not An Id", "gw1"], env)).code).toBe(2);
  expect((await anhu(["--help"], env)).code).toBe(0);
});

test("real use starts without a facility, and a gateway can be added while it runs", async () => {
  const started = await startAnhu(["--no-demo"], env);
  const added = await anhu(["gateway", "add", "pt-licheng-0002", "gw1"], env);
  expect(added.code, added.stderr).toBe(0);
  const credentials = JSON.parse(added.stdout);
  expect(Object.keys(credentials).toSorted()).toEqual([
    "ca",
    "client_id",
    "host",
    "password",
    "port",
    "username",
  ]);
  expect((await anhu(["gateway", "add", "pt-licheng-0002", "gw1"], env)).code).not.toBe(0);
  started.process.kill("SIGINT");
  expect(await started.ended).toBe(0);
  expect(await eventually(() => processesOf(dataDir).length === 0, 5_000)).toBe(true);
});
