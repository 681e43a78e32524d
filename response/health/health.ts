/**
 * One answer for all services: response's own parts, and those that the others report over the supervisor's channel as
 * `{"type":"health","service","parts":{name:{"status","detail"}},"metrics":"<Prometheus text>"}`. A service that has reported once and
 * then not for 30 s is down.
 */
import type { Clock, MonotonicMs } from "@anhu/core/time";
import type { Registry } from "prom-client";
import { Type } from "typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { mergeMetrics } from "./metrics.ts";

const STALE_MS = 30_000;
/** More services than there are. At the bound a report of a new one is not taken. */
const SERVICES = 32;

const Part = Type.Object({
  status: Type.Union([Type.Literal("ok"), Type.Literal("degraded"), Type.Literal("down")]),
  detail: Type.String(),
});
const Report = Type.Object({
  type: Type.Literal("health"),
  service: Type.String({ minLength: 1, maxLength: 64 }),
  parts: Type.Record(Type.String(), Part),
  metrics: Type.String(),
});
const reportShape = Compile(Report);

export type HealthPart = Static<typeof Part>;
export type OwnParts = () => Promise<Readonly<Record<string, HealthPart>>>;

interface HealthReport {
  readonly status: HealthPart["status"];
  readonly parts: Readonly<Record<string, HealthPart>>;
}

export interface Health {
  /** A message of the supervisor. True when it was a report and was taken. */
  take(message: unknown): boolean;
  /** The worst part is the whole's status. */
  report(): Promise<HealthReport>;
  /** Prometheus text of all services, each sample with its label `service`. */
  metrics(): Promise<string>;
}

export function openHealth(options: {
  readonly own: OwnParts;
  readonly registry: Registry;
  readonly clock: Clock;
}): Health {
  const { own, registry, clock } = options;
  const reports = new Map<string, Static<typeof Report> & { at: MonotonicMs }>();

  function partsOf(report: Static<typeof Report> & { at: MonotonicMs }): [string, HealthPart][] {
    const ageMs = clock.monotonic() - report.at;
    if (ageMs > STALE_MS) {
      const detail = `no report for ${Math.round(ageMs / 1000)} s`;
      return [[report.service, { status: "down", detail }]];
    }
    return Object.entries(report.parts).map(([name, part]) => [`${report.service}.${name}`, part]);
  }

  return {
    take(message) {
      if (!reportShape.Check(message)) return false;
      if (!reports.has(message.service) && reports.size >= SERVICES) return false;
      reports.set(message.service, { ...message, at: clock.monotonic() });
      return true;
    },
    async report() {
      const parts = Object.fromEntries([
        ...Object.entries(await own()),
        ...[...reports.values()].flatMap(partsOf),
      ]);
      const statuses = Object.values(parts).map(({ status }) => status);
      const worst = (["down", "degraded"] as const).find((status) => statuses.includes(status));
      return { status: worst ?? "ok", parts };
    },
    async metrics() {
      return mergeMetrics([
        ["response", await registry.metrics()],
        ...[...reports.values()].map(({ service, metrics }) => [service, metrics] as const),
      ]);
    },
  };
}
