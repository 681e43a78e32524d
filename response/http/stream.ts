/**
 * `GET /api/v1/stream`: server-sent events (WHATWG HTML, 9.2). Each is the newest state of an incident that changed; its id is a position
 * in the log, so a reader that comes back with `Last-Event-ID` misses nothing, also over restarts:
 *
 *   id: 812
 *   event: incident
 *   data: {"id":"...","state":"raised",...}
 *
 * A reader who is too far behind gets `event: reset` and reads the list anew. Events are read from the store at the reader's own pace:
 * nothing is queued for a slow one, and one that takes nothing for a minute is let go.
 */
import { Readable } from "node:stream";
import { Type } from "typebox";
import type { Scope } from "../access/model.ts";
import { incidentView } from "../incidents/view.ts";
import { changesAfter, findIncidents, lastPosition } from "../store/reading.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const STREAMS = 200;
const HEARTBEAT_MS = 15_000;
const FROZEN_MS = 60_000;
const BEHIND = 10_000;
const PAGE = 200;

const Headers = Type.Object({
  "last-event-id": Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
});

export function streamRoutes(server: Server, options: HttpOptions): void {
  let open = 0;
  let closing = false;
  server.addHook("preClose", async () => {
    closing = true;
    options.changes.ring();
  });

  const stream = { config: { access: "stream.read" }, schema: { headers: Headers } } as const;
  server.get("/api/v1/stream", stream, async (request, reply) => {
    if (open >= STREAMS) {
      return sendProblem(reply, "too_many_streams", `${STREAMS} are open`);
    }
    open += 1;
    let gone = false;
    // A session that is over ends what it reads.
    const followed = options.sessions.follow(request.session);
    followed.signal.addEventListener("abort", () => options.changes.ring());
    reply.raw.setTimeout(FROZEN_MS, () => reply.raw.destroy());
    reply.raw.once("close", () => {
      gone = true;
      open -= 1;
      followed.leave();
      options.changes.ring();
    });
    const last = request.headers["last-event-id"];
    const reader = {
      since: last === undefined ? null : Number(last),
      scope: request.principal.scope,
      ended: () => gone || closing || followed.signal.aborted,
    };
    return reply
      .header("content-type", "text/event-stream; charset=utf-8")
      .header("cache-control", "no-store")
      .send(Readable.from(events(options, reader)));
  });
}

interface Reader {
  /** Position of the last event that it has; null: it begins now. */
  readonly since: number | null;
  readonly scope: Scope;
  readonly ended: () => boolean;
}

async function* events(
  { db, rules, changes }: HttpOptions,
  { since, scope, ended }: Reader,
): AsyncGenerator<string> {
  const head = await lastPosition(db);
  const lost = since !== null && (since > head || head - since > BEHIND);
  let position = since === null || lost ? head : since;
  yield lost ? event("reset", position, {}) : event("hello", position, {});
  while (!ended()) {
    // Before the look: what is recorded during it is not waited for.
    const heard = changes.rings;
    const end = await lastPosition(db);
    const rows = await changesAfter(db, { position, limit: PAGE, scope });
    if (rows.length === 0) {
      // What others' facilities wrote need not be looked through again.
      position = Math.max(position, end);
      await changes.wait(heard, HEARTBEAT_MS);
      yield ":\n\n";
      continue;
    }
    // One event per incident, at the place of its last change: a reader that is cut off in between comes back to the rest.
    const lastOf = new Map(rows.map((row) => [row.incident, row.position]));
    const ids = [...lastOf.keys()].filter((id) => id !== null);
    const found = await findIncidents(db, ids, scope);
    const ordered = found
      .map((incident) => ({ incident, at: lastOf.get(incident.id) ?? position }))
      .toSorted((a, b) => a.at - b.at);
    for (const { incident, at } of ordered) {
      yield event("incident", at, incidentView(incident, rules));
    }
    position = rows.at(-1)?.position ?? position;
  }
}

function event(name: string, id: number, data: object): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
