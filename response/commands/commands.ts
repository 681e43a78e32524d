/**
 * The durable queue of commands to gateways:
 *
 *   addCommand --commit--> queued --PUBACK--> sent --reply ok--> done
 *                             ^  again every 2 s  |  +--reply not ok--> refused (detail: the gateway's reason)
 *                             +-------------------+  +--its time is over--> expired
 *
 * A gateway runs a command once however often it comes (it knows the id), and drops one that is late. A reply that comes after our own
 * expiry still counts: the gateway says what it did.
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { LATE, within } from "@anhu/core/time";
import { topic } from "@anhu/core/wire";
import type { Command, GatewayAddress } from "@anhu/core/wire";
import type { Logger } from "pino";
import type { Counter } from "prom-client";
import { addCommand, commandById, moveCommand, openCommands } from "../store/commands.ts";
import type { CommandDraft, CommandRow } from "../store/commands.ts";
import type { Db, Tx } from "../store/schema.ts";
import { parseReply } from "./reply.ts";

/** assumption: a reply takes well under a second; a gateway that was away for a moment is asked again. */
const AGAIN_MS = 2_000;
/** Commands under way that one look sends, the oldest first; the others wait for these to end. */
const LOOK = 200;

export interface CommandsOptions {
  readonly db: Db;
  /** Resolves when the broker has taken it; rejects when it has not within its own time limit. */
  readonly publish: (topic: string, payload: string) => Promise<void>;
  /** A gateway has done what it was told: what follows from that, in the same transaction. */
  readonly done: (tx: Tx, command: CommandRow) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outcomes: Counter<"verb" | "outcome">;
}

export interface Commands {
  /** Something may be due. */
  wake(): void;
  /**
   * Records and sends; resolves with the gateway's answer, or null when none came within `timeoutMs`. `isNeeded` is asked in the transaction that
   * records it; when it is not, the answer is `needless`.
   */
  run(
    draft: CommandDraft,
    timeoutMs: number,
    isNeeded?: (tx: Tx) => Promise<boolean>,
  ): Promise<CommandAnswer | null>;
  /** A message on a gateway's `reply`. */
  reply(address: GatewayAddress, payload: Uint8Array): void;
  close(): Promise<void>;
}

export interface CommandAnswer {
  readonly ok: boolean;
  /** For a person; of a refused one `reason: text` with the gateway's code. */
  readonly detail: string;
}

export const NEEDLESS: CommandAnswer = { ok: false, detail: "needless" };

export function openCommandQueue(options: CommandsOptions): Commands {
  const { db, publish, clock, log, outcomes } = options;
  /** When each was last published, monotonic. */
  const published = new Map<string, number>();
  const waiting = new Map<string, (answer: CommandAnswer) => void>();
  const working = new Set<Promise<void>>();
  let running: Promise<void> | null = null;
  let woken = false;
  let cancelTimer = (): void => {};
  const life = { closed: false };

  async function run(): Promise<void> {
    while (woken && !life.closed) {
      woken = false;
      cancelTimer();
      let open = true;
      try {
        open = (await look()) > 0;
      } catch (thrown) {
        log.warn({ reason: messageOf(thrown) }, "commands stay due");
      }
      // While one has no answer it is looked after, however quiet it is.
      if (open && !life.closed) cancelTimer = clock.after(AGAIN_MS, wake);
    }
    running = null;
  }

  /** Gives how many are still without an answer. */
  async function look(): Promise<number> {
    const rows = await openCommands(db, LOOK);
    const known = new Set(rows.map(({ id }) => id));
    for (const id of published.keys()) if (!known.has(id)) published.delete(id);
    for (const row of rows) {
      if (life.closed) break;
      if (clock.wall() >= row.expires_at) await expire(row);
      else if (isDue(row)) await send(row);
    }
    return rows.length;
  }

  function isDue({ id }: CommandRow): boolean {
    const at = published.get(id);
    return at === undefined || clock.monotonic() - at >= AGAIN_MS;
  }

  async function send(row: CommandRow): Promise<void> {
    const { id, expires_at, verb, args } = row;
    const command: Command = {
      v: 1,
      id,
      expires_at,
      verb,
      args: JSON.parse(args) as Command["args"],
    };
    await publish(topic(row, "command"), JSON.stringify(command));
    published.set(id, clock.monotonic());
    const set = { state: "sent", changed_at: clock.wall() } as const;
    await moveCommand(db, id, { from: ["queued"], set });
  }

  async function expire({ id, verb, gateway, facility }: CommandRow): Promise<void> {
    const set = { state: "expired", changed_at: clock.wall() } as const;
    if (!(await moveCommand(db, id, { from: ["queued", "sent"], set }))) return;
    outcomes.inc({ verb, outcome: "expired" });
    log.warn({ command: id, verb, facility, gateway }, "no reply to a command");
  }

  async function settle(address: GatewayAddress, payload: Uint8Array): Promise<void> {
    const parsed = parseReply(payload);
    if (!parsed.ok) return unmatched(address, parsed.error.reason);
    const { id, ok, detail } = parsed.value;
    const state = ok ? "done" : "refused";
    const row = await db.transaction().execute(async (tx) => {
      const command = await commandById(tx, id);
      // Another gateway's command is nobody else's to answer.
      if (command?.facility !== address.facility || command.gateway !== address.gateway)
        return null;
      const set = { state, detail, changed_at: clock.wall() } as const;
      if (!(await moveCommand(tx, id, { from: ["queued", "sent", "expired"], set }))) return null;
      if (ok) await options.done(tx, command);
      return command;
    });
    if (row === null) return unmatched(address, "unmatched_reply");
    outcomes.inc({ verb: row.verb, outcome: state });
    if (!ok) log.warn({ command: id, verb: row.verb, detail, ...address }, "command refused");
    published.delete(id);
    waiting.get(id)?.({ ok, detail });
    return undefined;
  }

  function unmatched(address: GatewayAddress, reason: string): void {
    outcomes.inc({ verb: "none", outcome: reason });
    log.warn({ ...address, reason }, "a reply that nobody waits for");
  }

  function wake(): void {
    if (life.closed) return;
    woken = true;
    running ??= run();
  }

  return {
    wake,
    async run(draft, timeoutMs, isNeeded) {
      const answer = Promise.withResolvers<CommandAnswer>();
      const id = await db.transaction().execute(async (tx) => {
        if (isNeeded !== undefined && !(await isNeeded(tx))) return null;
        return addCommand(tx, draft, clock.wall());
      });
      if (id === null) return NEEDLESS;
      waiting.set(id, answer.resolve);
      try {
        wake();
        const answered = await within(clock, timeoutMs, answer.promise);
        return answered === LATE ? null : answered;
      } finally {
        waiting.delete(id);
      }
    },
    reply(address, payload) {
      const work = settle(address, payload)
        .catch((thrown: unknown) => log.error({ err: thrown, ...address }, "reply not recorded"))
        .finally(() => working.delete(work));
      working.add(work);
    },
    async close() {
      life.closed = true;
      cancelTimer();
      await running;
      await Promise.all(working);
    },
  };
}
