import { Type } from "typebox";
import { AnhuError } from "@anhu/core/errors";
import { holdsFacility } from "../access/scope.ts";
import type { Reading } from "../readings/readings.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

/** Readings of one answer, and intervals of one question. */
const PAGE = 5_000;

const Name = Type.String({ pattern: "^[\\x20-\\x7e]{1,200}$" });
const Time = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const ReadingsQuery = Type.Object(
  {
    facility: Name,
    device: Type.Optional(Name),
    field: Type.Optional(Type.String({ pattern: "^[a-z0-9_]{1,64}$" })),
    from: Time,
    to: Time,
    every: Type.Optional(Type.Integer({ minimum: 1_000 })),
  },
  { additionalProperties: false },
);

/**
 * `GET /api/v1/readings?facility=&device=&field=&from=&to=&every=`: at most 5,000, the earliest first; `next` is the `from` that goes on,
 * or null. With `every` (ms, from 1,000 on; it needs `device` and `field`) of each interval the last value, at the interval's start.
 */
export function readingRoutes(server: Server, { db, readings, log }: HttpOptions): void {
  const route = {
    config: { access: "readings.read" },
    schema: { querystring: ReadingsQuery },
  } as const;
  server.get("/api/v1/readings", route, async ({ query, principal }, reply) => {
    const { facility, from, to, every, device, field } = query;
    if (!(await holdsFacility(db, principal.scope, facility))) {
      return sendProblem(reply, "not_found", `no facility ${facility}`);
    }
    if (every !== undefined && (device === undefined || field === undefined)) {
      return sendProblem(reply, "bad_request", "every needs device and field");
    }
    if (every !== undefined && (to - from) / every > PAGE) {
      return sendProblem(reply, "bad_request", `over ${PAGE} intervals of ${every} ms`);
    }
    try {
      return pageOf(await readings.query({ ...query, limit: PAGE + 1 }));
    } catch (thrown) {
      if (!(thrown instanceof AnhuError)) throw thrown;
      log.warn({ err: thrown }, "readings not read");
      return sendProblem(reply, "readings_unavailable", thrown.message);
    }
  });
}

/** A page ends between two times, so that the next one begins where it ends; over 5,000 of one time are cut. */
function pageOf(found: readonly Reading[]): { items: readonly Reading[]; next: number | null } {
  if (found.length <= PAGE) return { items: found, next: null };
  const last = found[PAGE]?.at ?? 0;
  const items = found.filter(({ at }) => at < last);
  return items.length > 0 ? { items, next: last } : { items: found.slice(0, PAGE), next: last + 1 };
}
