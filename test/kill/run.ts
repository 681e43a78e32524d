import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../stage/anhu.ts";
import { chaos } from "./chaos.ts";
import type { Blow } from "./chaos.ts";
import { compare } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import { setScene } from "./scene.ts";
import type { Scene } from "./scene.ts";

/** Kinds that carry a device's own time, by which the journal knows them again. */
const KINDS: ReadonlySet<string> = new Set([
  "smoke",
  "heat",
  "call_point",
  "water",
  "co",
  "gas",
  "door",
  "fall",
  "vitals",
]);

export interface KillReport extends Comparison {
  readonly minutes: number;
  readonly blows: Record<Blow, number>;
  readonly resentBatches: number;
  readonly storedReadings: number;
  readonly storedAlerts: number;
  readonly incidents: number;
  /** false: after the last blow the backlog did not come down to nothing in time. */
  readonly settled: boolean;
}

export interface KillOptions {
  readonly minutes: number;
  readonly say: (line: string) => void;
  readonly random?: () => number;
  /** Leaves the folder with journal, stores and logs. */
  readonly keep?: boolean;
}

const MINUTE_MS = 60_000;
const SETTLE_MS = 120_000;

/** Lets a facility live under blows for some minutes, then holds the stores against the journal of ground truth. */
export async function killTest(options: KillOptions): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), "anhu-kill-"));
  const { say } = options;
  const scene = await setScene({ folder, alarmsPerMinute: 60, rate: 2, say });
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => (ended ??= scene.stop());
  try {
    const blows = await chaos({
      scene,
      forMs: options.minutes * MINUTE_MS,
      pauseMs: 2_500,
      outageMs: 6_000,
      random: options.random ?? Math.random,
      say,
    });
    const confirmed = await scene.quiet(SETTLE_MS);
    const settled = confirmed && (await eventually(() => isSettled(scene), SETTLE_MS));
    say(settled ? "settled" : "NOT settled");
    const [alerts, readings] = [scene.alerts(), await scene.readings(KINDS)];
    const [facts, resentBatches] = [await scene.facts(), scene.resent()];
    await stop();
    const said = await scene.facts();
    return {
      ...compare({ facts, said, readings, alerts, kinds: KINDS }),
      minutes: options.minutes,
      blows,
      resentBatches,
      storedReadings: readings.length,
      storedAlerts: alerts.length,
      incidents: new Set(alerts.map((alert) => alert.incident)).size,
      settled,
    };
  } finally {
    await stop();
    if (options.keep === true) say(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing waits at the gateway any more, by its own count; twice, because it tells only every 5 s. */
export async function isSettled(scene: Scene): Promise<boolean> {
  const isEmpty = async (): Promise<boolean> => {
    const metrics = await fetch(`http://127.0.0.1:${scene.httpPort}/metrics`).then(
      (response) => response.text(),
      () => "",
    );
    const waiting = [...metrics.matchAll(/^anhu_edge_outbox_waiting\{.*\} (\d+)$/gm)];
    return waiting.length > 0 && waiting.every(([, count]) => count === "0");
  };
  if (!(await isEmpty())) return false;
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  return isEmpty();
}
