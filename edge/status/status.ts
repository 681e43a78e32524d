/** What the gateway says of itself: to the centre (status), and to whoever runs it (health). */
import type { ClockQuality, Status } from "@anhu/core/wire";
import type { OutboxStats } from "../outbox/index.ts";

export interface Facts {
  readonly boot: string;
  readonly version: string;
  readonly config: string;
  /** Edge time, UTC ms. */
  readonly at: number;
  readonly clock: ClockQuality;
  readonly outbox: OutboxStats;
  readonly devices: Status["devices"];
  readonly lines: { readonly open: number; readonly total: number };
  readonly uplinkUp: boolean;
  readonly unheard: boolean;
}

export interface Part {
  readonly status: "ok" | "degraded" | "down";
  readonly detail: string;
}

/** CONTRACTS.md, status. */
export function statusOf(state: Status["state"], facts: Facts): Status {
  const { boot, at, version, config, outbox, devices, clock } = facts;
  const backlog = { readings: outbox.batches, alerts: outbox.alerts, oldest: outbox.oldest };
  return { v: 1, state, boot, at, version, config, backlog, devices, clock };
}

/** CONTRACTS.md, HTTP, `/healthz`: the parts of this gateway. */
export function healthOf(facts: Facts): Readonly<Record<string, Part>> {
  const { outbox, lines, devices, clock, uplinkUp, unheard } = facts;
  const waits = `${outbox.batches} batches and ${outbox.alerts} alerts wait`;
  return {
    outbox: part(
      outbox.medium === "disk",
      outbox.trouble === null ? waits : `in memory: ${outbox.trouble}; ${waits}`,
    ),
    uplink: part(uplinkUp, uplinkUp ? "connected" : "no line to the central broker"),
    lines: part(lines.open === lines.total, `${lines.open} of ${lines.total} open`),
    devices: part(devices.silent === 0, `${devices.silent} of ${devices.total} silent`),
    clock: part(clock.source !== "none", `${clock.source}, ${clock.offset_ms} ms ahead`),
    alarms: unheard
      ? { status: "down", detail: "alarms are not reaching anybody" }
      : { status: "ok", detail: "acknowledged" },
  };
}

function part(isOk: boolean, detail: string): Part {
  return { status: isOk ? "ok" : "degraded", detail };
}
