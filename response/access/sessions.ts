/**
 * Who is signed in: a random token in the browser's cookie, its hash and its times in the database.
 *
 *   begin --request or open stream--> seen --12 h unseen, 30 d, sign-out, new password, disabled--> over: its streams end too
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import {
  dropOver,
  dropSession,
  dropSessionsOf,
  insertSession,
  lastingSessions,
  touchSessions,
} from "../store/sessions.ts";
import type { SessionRow } from "../store/sessions.ts";
import type { Db, Tx } from "../store/schema.ts";
import type { UserRow } from "../store/users.ts";
import type { Principal } from "./model.ts";
import { hashToken, newToken } from "./tokens.ts";

/** assumption: a shift with the phone in the pocket; an open page is use. */
const IDLE_MS = 12 * 3_600_000;
/** NIST SP 800-63B-4, 2.1.3: at AAL1 a new sign-in every 30 days. */
const LASTS_MS = 30 * 24 * 3_600_000;
/** A session in use is written down so often. */
const TOUCH_MS = 60_000;
/** Open streams are looked at so often, for what another process, or only time, has ended. */
const CHECK_MS = 15_000;
const SWEEP_EVERY = 240;

export interface Session {
  readonly tokenHash: string;
  /** UTC ms: signed out then at the latest, earlier when it is not used. */
  readonly expiresAt: number;
  readonly user: UserRow;
  readonly principal: Principal;
}

export interface Sessions {
  /** The session that a token opens, which this is a use of; null: there is none, or it is over. */
  find(token: string): Promise<Session | null>;
  /** Writes a new session. Its token is told once. */
  begin(tx: Tx, user: UserRow, agent: string): Promise<{ token: string; session: Session }>;
  end(tokenHash: string): Promise<void>;
  /** Ends what a user has open, but for one. */
  endAll(user: string, except?: string | null): Promise<void>;
  /** A signal that aborts when the session is over; meanwhile it counts as used. Null (the API token) never is. */
  follow(session: Session | null): Followed;
  close(): Promise<void>;
}

export interface Followed {
  readonly signal: AbortSignal;
  readonly leave: () => void;
}

export function openSessions(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
}): Sessions {
  const { db, clock, log } = options;
  /** As many as there are streams (http/stream.ts). */
  const followed = new Map<AbortController, SessionRow["token_hash"]>();
  let checks = 0;
  let closed = false;
  let checking: Promise<void> = Promise.resolve();
  let cancel = clock.after(CHECK_MS, check);

  function times() {
    const now = clock.wall();
    return { now, idleSince: now - IDLE_MS };
  }

  function check(): void {
    checking = look().catch((thrown: unknown) => {
      log.warn({ reason: messageOf(thrown) }, "sessions not looked at");
    });
    void checking.finally(() => {
      if (!closed) cancel = clock.after(CHECK_MS, check);
    });
  }

  async function look(): Promise<void> {
    checks += 1;
    if (checks % SWEEP_EVERY === 0) await dropOver(db, times());
    const hashes = [...new Set(followed.values())];
    const { now, idleSince } = times();
    const lasting = await lastingSessions(db, hashes, { now, idleSince });
    const alive = new Set(lasting.map(({ session }) => session.token_hash));
    abort((hash) => !alive.has(hash));
    const due = lasting.filter(({ session }) => isDue(session, now));
    await touchSessions(
      db,
      due.map(({ session }) => session.token_hash),
      now,
    );
  }

  function abort(isOver: (tokenHash: string) => boolean): void {
    for (const [controller, tokenHash] of followed) {
      if (!isOver(tokenHash)) continue;
      followed.delete(controller);
      controller.abort();
    }
  }

  return {
    async find(token) {
      const tokenHash = hashToken(token);
      const [found] = await lastingSessions(db, [tokenHash], times());
      if (found === undefined) return null;
      const now = clock.wall();
      if (isDue(found.session, now)) await touchSessions(db, [tokenHash], now);
      return sessionOf(found.session, found.user);
    },
    async begin(tx, user, agent) {
      const token = newToken();
      const now = clock.wall();
      const row: SessionRow = {
        token_hash: hashToken(token),
        user: user.id,
        created_at: now,
        seen_at: now,
        expires_at: now + LASTS_MS,
        agent: agent.slice(0, 200),
      };
      await insertSession(tx, row);
      return { token, session: sessionOf(row, user) };
    },
    async end(tokenHash) {
      await dropSession(db, tokenHash);
      abort((hash) => hash === tokenHash);
    },
    async endAll(user, except = null) {
      await dropSessionsOf(db, user, except);
      const hashes = [...new Set(followed.values())];
      const lasting = await lastingSessions(db, hashes, times());
      const alive = new Set(lasting.map(({ session }) => session.token_hash));
      abort((hash) => !alive.has(hash));
    },
    follow(session) {
      const controller = new AbortController();
      if (session !== null) followed.set(controller, session.tokenHash);
      return { signal: controller.signal, leave: () => void followed.delete(controller) };
    },
    async close() {
      closed = true;
      cancel();
      await checking;
    },
  };
}

/** Also when the wall clock has been set back since. */
function isDue({ seen_at }: SessionRow, now: number): boolean {
  return Math.abs(now - seen_at) > TOUCH_MS;
}

function sessionOf(row: SessionRow, user: UserRow): Session {
  return {
    tokenHash: row.token_hash,
    expiresAt: row.expires_at,
    user,
    principal: {
      actor: `user:${user.id}`,
      userId: user.id,
      name: user.name,
      role: user.role,
      scope: { kind: user.scope_kind, of: user.scope },
      person: user.person,
      language: user.language,
    },
  };
}
