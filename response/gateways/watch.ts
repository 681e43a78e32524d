/**
 * Who watches the gateways: 90 s without a live status is "gateway silent", whatever the broker says (a last will, a retained copy and an
 * open connection prove nothing). Time runs on the monotonic clock; after a start every gateway has its full 90 s again, so neither a
 * restart nor a stepped clock makes one silent or forgives one: what was said stays said in the store until a status comes. Nor does time in
which this process stood still: nobody was listening then.
 *
 *   (unknown) --status, alert or facility file--> watched --90 s--> silent (incident raised) --status--> watched (resolved)
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { parseStatus } from "@anhu/core/wire";
import type { AlertMessage, GatewayAddress } from "@anhu/core/wire";
import type { Logger } from "pino";
import type { Counter } from "prom-client";
import { GATEWAY_SILENT } from "../incidents/rules.ts";
import type { GatewayRow } from "../store/gateways.ts";
import type { AlertIntake } from "../store/intake.ts";

const SILENT_AFTER_MS = 90_000;
const CHECK_MS = 2_000;
/** A check that comes this much too late shows that the process stood still. */
const STALL_MS = 5_000;
/** What a restart may forget of `heard_at`: it is only shown. */
const SAVE_MS = 10_000;
/** More gateways than a province has. At the bound a new one is not watched: counted and logged. */
const GATEWAYS = 50_000;

export interface WatchOptions {
  readonly load: () => Promise<readonly GatewayRow[]>;
  readonly save: (rows: readonly GatewayRow[]) => Promise<void>;
  /** The row and its alert, in one transaction. */
  readonly recordSilence: (row: GatewayRow, alert: AlertIntake) => Promise<void>;
  /** Whether its facility's file has it no more: its silence is an incident that a person ends, and is not counted for ever. */
  readonly isRemoved: (address: GatewayAddress) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly refused: Counter<"reason">;
}

export interface Watch {
  /** From now on the gateway is expected to speak. */
  expect(address: GatewayAddress): void;
  status(address: GatewayAddress, payload: Uint8Array, live: boolean): void;
  counts(): { readonly total: number; readonly silent: number };
  close(): Promise<void>;
}

interface Watched {
  row: GatewayRow;
  /** Monotonic: the last live status, or when watching began. */
  since: number;
  /** A live status came since the start, and since the last silence. */
  heard: boolean;
  /** The row as the store has it. */
  saved: GatewayRow | null;
}

/** Starts to watch every gateway that the store knows. */
export async function openWatch(options: WatchOptions): Promise<Watch> {
  const { clock, log, refused } = options;
  const watched = new Map<string, Watched>();
  let savedAt: number = clock.monotonic();
  let checkedAt: number = clock.monotonic();
  let running: Promise<void> | null = null;
  let cancel: (() => void) | null = null;
  let closed = false;

  for (const row of await options.load()) {
    watched.set(keyOf(row), { row, since: clock.monotonic(), heard: false, saved: row });
  }
  cancel = clock.after(CHECK_MS, tick);

  function find(address: GatewayAddress): Watched | null {
    const known = watched.get(keyOf(address));
    if (known !== undefined) return known;
    if (watched.size >= GATEWAYS) {
      refused.inc({ reason: "too_many_gateways" });
      log.error({ address }, "too many gateways: not watched");
      return null;
    }
    const { facility, gateway } = address;
    const never = { heard_at: null, status: null, silent: 0, onset: null } as const;
    const row = { facility, gateway, ...never };
    const fresh = { row, since: clock.monotonic(), heard: false, saved: null };
    watched.set(keyOf(address), fresh);
    // A gateway is not forgotten by a crash: it is written with the next check.
    savedAt = Number.NEGATIVE_INFINITY;
    return fresh;
  }

  function tick(): void {
    cancel?.();
    if (closed) return;
    running ??= check().finally(() => {
      running = null;
      if (!closed) cancel = clock.after(CHECK_MS, tick);
    });
  }

  /** What fails stays as it was and is tried again at the next check. */
  async function check(): Promise<void> {
    const now = clock.monotonic();
    const stalledMs = now - checkedAt - CHECK_MS;
    checkedAt = now;
    if (stalledMs > STALL_MS) {
      for (const gateway of watched.values()) gateway.since += stalledMs;
      log.warn({ stalledMs }, "the process stood still");
    }
    try {
      for (const gateway of watched.values()) await checkOne(gateway);
      if (clock.monotonic() - savedAt >= SAVE_MS) await save();
    } catch (thrown) {
      log.error({ reason: messageOf(thrown) }, "gateways not recorded");
    }
  }

  async function checkOne(gateway: Watched): Promise<void> {
    const { row } = gateway;
    const silent = clock.monotonic() - gateway.since >= SILENT_AFTER_MS;
    if (row.silent === 0 ? !silent : silent || !gateway.heard) return;
    const next: GatewayRow =
      row.silent === 0 ? { ...row, silent: 1, onset: onsetOf(row, clock) } : { ...row, silent: 0 };
    // Before the wait: a status that comes during it counts.
    if (next.silent === 1) gateway.heard = false;
    await options.recordSilence(next, silenceAlert(next, clock.wall()));
    gateway.row = { ...gateway.row, silent: next.silent, onset: next.onset };
    const { facility, gateway: id } = row;
    log.warn({ facility, gateway: id }, next.silent === 1 ? "gateway silent" : "gateway is back");
  }

  async function save(): Promise<void> {
    savedAt = clock.monotonic();
    const unsaved = [...watched.values()].filter(({ saved, row }) => saved !== row);
    const rows = unsaved.map(({ row }) => row);
    if (rows.length > 0) await options.save(rows);
    for (const [index, gateway] of unsaved.entries()) gateway.saved = rows[index] ?? null;
  }

  return {
    expect(address) {
      find(address);
    },
    status(address, payload, live) {
      const status = parseStatus(payload);
      if (!status.ok) {
        refused.inc({ reason: status.error.reason });
        log.warn({ address, ...status.error }, "status refused");
        return;
      }
      const gateway = find(address);
      if (gateway === null) return;
      gateway.row = { ...gateway.row, status: JSON.stringify(status.value) };
      if (!live || status.value.state === "offline") return;
      gateway.row = { ...gateway.row, heard_at: clock.wall() };
      gateway.since = clock.monotonic();
      gateway.heard = true;
      if (gateway.row.silent === 1) tick();
    },
    counts() {
      const counted = [...watched.values()].filter(({ row }) => !options.isRemoved(row));
      const silent = counted.filter(({ row }) => row.silent === 1).length;
      return { total: counted.length, silent };
    },
    async close() {
      closed = true;
      cancel?.();
      await running;
      await save();
    },
  };
}

/** The last that was heard; a millisecond after the last silence's where the clock would give the same alert twice. */
function onsetOf(row: GatewayRow, clock: Clock): number {
  return Math.max(row.heard_at ?? clock.wall(), (row.onset ?? -1) + 1);
}

/** The alert that response raises itself, or clears. */
function silenceAlert(row: GatewayRow, now: number): AlertIntake {
  const { facility, gateway, onset } = row;
  const message: AlertMessage = {
    v: 1,
    boot: "response",
    seq: 0,
    id: `${facility}/${gateway}/${GATEWAY_SILENT}/${onset}`,
    event: `${facility}.${GATEWAY_SILENT}.${gateway}.${onset}`,
    rule: GATEWAY_SILENT,
    phase: row.silent === 1 ? "raised" : "cleared",
    class: "trouble",
    severity: "high",
    subject: { device: gateway, room: "none" },
    at: now,
    onset: onset ?? now,
    drill: false,
    evidence: [],
    clock: { source: "rtc", offset_ms: 0 },
  };
  return { type: "alert", address: { facility, gateway }, message, actor: "response", ack: null };
}

function keyOf({ facility, gateway }: GatewayAddress): string {
  return `${facility}/${gateway}`;
}
