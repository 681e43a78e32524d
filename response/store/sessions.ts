/** Sessions, one-time links, and how often somebody has tried in vain: only hashes of tokens. */
import type { Selectable } from "kysely";
import type { Db, Tables, Tx } from "./schema.ts";
import type { UserRow } from "./users.ts";

export type SessionRow = Selectable<Tables["sessions"]>;
export type LinkRow = Selectable<Tables["links"]>;

/** Sessions that a user may have; one more ends the one that was used longest ago. assumption: phones, tablets and desks of one person. */
const SESSIONS_PER_USER = 10;

export async function insertSession(tx: Tx, session: SessionRow): Promise<void> {
  // Before it is there itself: of several of one moment it must not be the one that goes.
  const kept = tx
    .selectFrom("sessions")
    .select("token_hash")
    .where("user", "=", session.user)
    .orderBy("seen_at", "desc")
    .limit(SESSIONS_PER_USER - 1);
  await tx
    .deleteFrom("sessions")
    .where("user", "=", session.user)
    .where("token_hash", "not in", kept)
    .execute();
  await tx.insertInto("sessions").values(session).execute();
}

/** Those of the sessions that last at `now` and were used since `idleSince`, with their users; of nobody who is disabled. */
export async function lastingSessions(
  db: Db,
  tokenHashes: readonly string[],
  { now, idleSince }: { readonly now: number; readonly idleSince: number },
): Promise<{ session: SessionRow; user: UserRow }[]> {
  if (tokenHashes.length === 0) return [];
  const sessions = await db
    .selectFrom("sessions")
    .selectAll()
    .where("token_hash", "in", tokenHashes)
    .where("expires_at", ">", now)
    .where("seen_at", ">", idleSince)
    .execute();
  if (sessions.length === 0) return [];
  const ids = sessions.map(({ user }) => user);
  const users = await db
    .selectFrom("users")
    .selectAll()
    .where("id", "in", ids)
    .where("disabled", "=", 0)
    .execute();
  const byId = new Map(users.map((user) => [user.id, user]));
  return sessions.flatMap((session) => {
    const user = byId.get(session.user);
    return user === undefined ? [] : [{ session, user }];
  });
}

export async function touchSessions(
  db: Db,
  tokenHashes: readonly string[],
  now: number,
): Promise<void> {
  if (tokenHashes.length === 0) return;
  await db
    .updateTable("sessions")
    .set({ seen_at: now })
    .where("token_hash", "in", tokenHashes)
    .execute();
}

export async function dropSession(db: Db, tokenHash: string): Promise<void> {
  await db.deleteFrom("sessions").where("token_hash", "=", tokenHash).execute();
}

/** Drops all sessions of a user but one. */
export async function dropSessionsOf(db: Db, user: string, except: string | null): Promise<void> {
  await db
    .deleteFrom("sessions")
    .where("user", "=", user)
    .where("token_hash", "!=", except ?? "")
    .execute();
}

/** Drops what nobody can use any more: sessions, and links a day after their end. */
export async function dropOver(
  db: Db,
  { now, idleSince }: { readonly now: number; readonly idleSince: number },
): Promise<void> {
  await db
    .deleteFrom("sessions")
    .where((eb) => eb.or([eb("expires_at", "<=", now), eb("seen_at", "<=", idleSince)]))
    .execute();
  await db
    .deleteFrom("links")
    .where("expires_at", "<=", now - 86_400_000)
    .execute();
}

/** Keeps a link; earlier ones of the same purpose and user are over. */
export async function insertLink(tx: Tx, link: LinkRow): Promise<void> {
  await tx
    .deleteFrom("links")
    .where("purpose", "=", link.purpose)
    .where("user", link.user === null ? "is" : "=", link.user)
    .where("used_at", "is", null)
    .execute();
  await tx.insertInto("links").values(link).execute();
}

/** Ends what a user was invited by and has not used. */
export async function dropInvitations(tx: Tx, user: string): Promise<void> {
  await tx.deleteFrom("links").where("user", "=", user).where("used_at", "is", null).execute();
}

export function findLink(db: Db, tokenHash: string): Promise<LinkRow | undefined> {
  return db.selectFrom("links").selectAll().where("token_hash", "=", tokenHash).executeTakeFirst();
}

/** Uses a link up. False: somebody else did. */
export async function useLink(tx: Tx, tokenHash: string, now: number): Promise<boolean> {
  const used = await tx
    .updateTable("links")
    .set({ used_at: now })
    .where("token_hash", "=", tokenHash)
    .where("used_at", "is", null)
    .executeTakeFirst();
  return used.numUpdatedRows > 0n;
}
