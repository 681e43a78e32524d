/** What the tests of the outbox put into it. */
import type { Alert } from "@anhu/core/wire";
import type { Batch, CommitRequest, Want } from "./model.ts";

export const EVERYTHING: Want = {
  alerts: 1000,
  readings: 1000,
  exceptAlerts: [],
  exceptReadings: [],
  open: true,
};

export function batch(at: number, n = 1, pad = 0): Batch {
  const lines = Array.from(
    { length: n },
    (_, i) => `occupancy,device=radar-1,room=${"r".repeat(pad + 1)} present=true ${at + i}\n`,
  );
  return { lines: Uint8Array.from(Buffer.from(lines.join(""))), n, at };
}

export function alert(onset: number): Alert {
  return {
    id: `home/smoke-1/fire/${onset}`,
    event: `home/fire/${onset}`,
    rule: "fire",
    phase: "raised",
    class: "alarm",
    severity: "critical",
    subject: { device: "smoke-1", room: "r1" },
    at: onset,
    onset,
    drill: false,
    evidence: [],
  };
}

export function commitOf(parts: Partial<CommitRequest> & { lastStamp: number }): CommitRequest {
  return {
    batches: [],
    alerts: [],
    slots: [],
    dedup: [],
    deadLetters: [],
    clock: { source: "ntp", offset_ms: 0 },
    ...parts,
  };
}
