/** The gateway's outbox on this disk, synchronous=FULL: how fast readings become durable, and how fast they leave. */
import type { Batch, Outbox } from "@anhu/edge/outbox";
import { BATCH_BYTES, openOutbox } from "@anhu/edge/outbox";
import { pino } from "pino";
import type { Bench, Measured } from "./bench.ts";

const MAX_BYTES = 2 * 1024 ** 3;
const RESERVE_BYTES = 8 * 1024 ** 2;
/** What the demo facility says within one commit at rest. */
const FEW_LINES = 10;
/** As the edge's uplink has in flight. */
const IN_FLIGHT = 2;

/** Commits one after the other, as the edge does: full batches of 32 KiB, then small ones; then all leave, two at a time. */
export async function outbox(bench: Bench): Promise<Measured> {
  const box = open(bench, bench.folder);
  const forMs = bench.quick ? 1_000 : 3_000;
  let sent = 0;
  const commitsPerSecond = async (lines: number): Promise<number> => {
    const began = performance.now();
    let commits = 0;
    for (; performance.now() - began < forMs; commits++) {
      const batch = batchOf(sent, lines);
      await commit(box, [batch]);
      sent += batch.n;
    }
    return (commits / (performance.now() - began)) * 1000;
  };
  const full = await commitsPerSecond(Infinity);
  const small = await commitsPerSecond(FEW_LINES);
  const began = performance.now();
  const gone = await releaseAll(box);
  const releases = (gone.batches / (performance.now() - began)) * 1000;
  const { batches: left } = await box.stats();
  return {
    figures: [
      { name: "commits of a batch of 32 KiB", value: full, unit: "/s" },
      { name: `commits of ${FEW_LINES} lines`, value: small, unit: "/s" },
      { name: "batches found and released, two at a time", value: releases, unit: "/s" },
    ],
    counts: [
      { what: "lines committed and found again", sent, found: gone.lines },
      { what: "batches left after the release", sent: 0, found: left },
    ],
  };
}

/** Fills the outbox of a gateway that is not running with so many batches of 32 KiB, an hour old. */
export async function fillOutbox(bench: Bench, folder: string, batches: number): Promise<void> {
  const box = open(bench, folder);
  const at = bench.clock.wall() - 3_600_000;
  const full = Array.from({ length: 32 }, (_, i) => i);
  for (let done = 0; done < batches; done += full.length) {
    await commit(
      box,
      full.map((i) => batchOf(at + (done + i) * 1000, Infinity)),
    );
  }
  await box.close();
}

function open({ clock, open: stack }: Bench, folder: string): Outbox {
  const options = { folder, boot: "bench", maxBytes: MAX_BYTES, reserveBytes: RESERVE_BYTES };
  const box = openOutbox(options, { clock, log: pino({ enabled: false }) });
  stack.defer(() => box.close());
  return box;
}

/** One transaction, with what the edge commits beside readings: a dedup key and a slot. */
async function commit(box: Outbox, batches: readonly Batch[]): Promise<void> {
  const at = batches[0]?.at ?? 0;
  const { durable } = await box.commit({
    batches,
    alerts: [],
    slots: [["radar-302/occupancy", JSON.stringify({ at })]],
    dedup: [{ source: "panel", key: String(at) }],
    deadLetters: [],
    clock: { source: "ntp", offset_ms: 0 },
    lastStamp: at,
  });
  if (!durable) throw new Error("the outbox is not on the disk");
}

/** At most so many lines, or as many as a batch holds, a millisecond apart. */
function batchOf(at: number, most: number): Batch {
  const line = (i: number): string =>
    `occupancy,device=radar-302,room=r302 present=true,moving=false,distance_m=2.25 ${at + i}\n`;
  const n = Math.min(most, Math.floor(BATCH_BYTES / line(0).length) - 1);
  const text = Array.from({ length: n }, (_, i) => line(i)).join("");
  return { lines: Uint8Array.from(Buffer.from(text)), n, at };
}

async function releaseAll(box: Outbox): Promise<{ batches: number; lines: number }> {
  const gone = { batches: 0, lines: 0 };
  const want = { alerts: 0, readings: IN_FLIGHT, exceptAlerts: [], exceptReadings: [], open: true };
  for (;;) {
    const { batches } = await box.find(want);
    if (batches.length === 0) return gone;
    const stored = batches.map(({ seq }) => seq);
    await box.release({ kind: "readings", boot: "bench", stored, refused: [], at: 0 });
    gone.batches += batches.length;
    gone.lines += batches.reduce((sum, { n }) => sum + n, 0);
  }
}
