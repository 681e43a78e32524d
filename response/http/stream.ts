/**
 * `GET /api/v1/stream`: server-sent events (WHATWG HTML, 9.2). Each is the newest state of an incident that changed; its id is a position
 * in the log, so a reader that comes back with `Last-Event-ID` misses nothing, also over restarts:
 *
 *   id: 812
 *   event: incident
 *   data: {"id":"...","state":"raised",...}
 *
 * Who is called also gets `event: notice` (ConsoleNotice), at once and under the id of the last event: what no page has shown is told
 * again to each page that opens, until one says `POST deliveries/{id}/shown`.
 *
 * A reader who is too far behind gets `event: reset` and reads the list anew. Events are read from the store at the reader's own pace:
 * nothing is queued for a slow one, and one that takes nothing for a minute is let go.
 */
import { Readable } from "node:stream";
import { Type } from "typebox";
import type { Principal, Scope } from "../access/model.ts";
import { consoleNotice } from "../channels/console/message.ts";
import type { ConsoleNotice } from "../api/types.ts";
import type { PageOf } from "../channels/console/streams.ts";
import { needlessOf } from "../channels/take.ts";
import { toldOf } from "../channels/told.ts";
import { unshown } from "../store/deliveries.ts";
import { incidentView } from "../incidents/view.ts";
import { changesAfter, findIncidents, lastPosition } from "../store/reading.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const STREAMS = 200;
/** assumption: pages of one person on all devices; the other streams are for others. */
const STREAMS_PER_USER = 20;
const HEARTBEAT_MS = 15_000;
const FROZEN_MS = 60_000;
const BEHIND = 10_000;
const PAGE = 200;
/** assumption: what nobody showed for this long is history; the incident itself is in the list. */
const UNSHOWN_MS = 600_000;

const Headers = Type.Object({
  "last-event-id": Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
});

export function streamRoutes(server: Server, options: HttpOptions): void {
  let open = 0;
  const openOf = new Map<string, number>();
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
    const { actor } = request.principal;
    const own = openOf.get(actor) ?? 0;
    if (own >= STREAMS_PER_USER) {
      return sendProblem(reply, "too_many_streams", `${STREAMS_PER_USER} of one user are open`);
    }
    open += 1;
    openOf.set(actor, own + 1);
    let gone = false;
    // A session that is over ends what it reads.
    const followed = options.sessions.follow(request.session);
    followed.signal.addEventListener("abort", () => options.changes.ring());
    reply.raw.setTimeout(FROZEN_MS, () => reply.raw.destroy());
    reply.raw.once("close", () => {
      gone = true;
      open -= 1;
      const left = (openOf.get(actor) ?? 1) - 1;
      if (left === 0) openOf.delete(actor);
      else openOf.set(actor, left);
      followed.leave();
      options.changes.ring();
    });
    const last = request.headers["last-event-id"];
    const reader = {
      since: last === undefined ? null : Number(last),
      scope: request.principal.scope,
      person: personOf(request.principal),
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
  /** Who is told notices; null: is not called. */
  readonly person: PageOf | null;
  readonly ended: () => boolean;
}

async function* events(options: HttpOptions, reader: Reader): AsyncGenerator<string> {
  const { db, rules, changes, pages, steady } = options;
  const { since, scope, person, ended } = reader;
  const page = person === null ? null : pages.open(person);
  try {
    const head = await lastPosition(db);
    const lost = since !== null && (since > head || head - since > BEHIND);
    let position = since === null || lost ? head : since;
    yield lost ? event("reset", position, {}) : event("hello", position, {});
    for (const notice of await missed(options, person)) yield event("notice", position, notice);
    while (!ended() && page?.overrun() !== true) {
      // Before the look: what is recorded during it is not waited for.
      const heard = changes.rings;
      for (const { notice, written } of page?.take() ?? []) {
        yield event("notice", position, notice);
        written();
      }
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
        yield event("incident", at, incidentView(incident, rules, steady()));
      }
      position = rows.at(-1)?.position ?? position;
    }
  } finally {
    page?.close();
  }
}

/** What was told to this person while no page was open, or to one that did not show it, and still is to be shown. */
async function missed(
  { db, clock }: HttpOptions,
  person: PageOf | null,
): Promise<readonly ConsoleNotice[]> {
  if (person === null) return [];
  const now = clock.wall();
  const rows = await unshown(db, { ...person, since: now - UNSHOWN_MS });
  const needless = await needlessOf(db, rows, now);
  return rows
    .filter((row) => needless(row) === null)
    .map((row) => consoleNotice({ ...row, drill: row.drill === 1, told: toldOf(row) }));
}

function personOf({ person, scope }: Principal): PageOf | null {
  return person === null || scope.kind !== "facility" ? null : { facility: scope.of, person };
}

function event(name: string, id: number, data: object): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
