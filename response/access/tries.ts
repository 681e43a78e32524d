/**
 * Limits of guessing. Each try counts before it is looked at, so that many at once count as many; a right one is forgiven.
 *
 *   login:   1 2 3 4 5   6   7   8 ...      address: 20 free, then the same
 *   wait:    0 0 0 0 0   1 s 2 s 4 s ... 15 min at most
 *
 * NIST SP 800-63B-4, 3.2.2, wants tries limited and names a wait that grows; nobody is locked out for good, because whoever knows
 * a carer's login could then keep her from her alarms. Who is signed in already is not touched by any of it.
 */
import type { Clock } from "@anhu/core/time";
import { changeTries } from "../store/tries.ts";
import type { Tries } from "../store/tries.ts";
import type { Db } from "../store/schema.ts";
import { hashToken } from "./tokens.ts";
import { loginKey } from "../store/users.ts";

const FREE_OF_LOGIN = 5;
/** assumption: many phones may be behind one address. */
const FREE_OF_ADDRESS = 20;
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 15 * 60_000;
/** Failures are forgotten when nobody tried for so long. */
const FORGET_MS = 24 * 3_600_000;

export interface Who {
  readonly login: string;
  readonly address: string;
}

/** Counts a try. Resolves with how long to wait before it may be made, ms; 0: now. */
export function countTry(db: Db, clock: Clock, who: Who): Promise<number> {
  const now = clock.wall();
  const keys = keysOf(who);
  return changeTries(
    db,
    keys.map(({ key }) => key),
    (found) => {
      const known = keys.map(({ key, free }) => ({ key, free, tries: fresh(found.get(key), now) }));
      const wait = Math.max(...known.map(({ tries }) => tries.until - now));
      if (wait > 0) return { value: wait, write: [] };
      const write = known.map(({ key, free, tries }) => {
        const failures = tries.failures + 1;
        return [key, { failures, until: now + waitAfter(failures - free) }] as const;
      });
      return { value: 0, write };
    },
  );
}

/** A try was right: the login begins anew, and the address is as it was before the try. */
export function forgiveTry(db: Db, clock: Clock, who: Who): Promise<void> {
  const now = clock.wall();
  const [login, address] = keysOf(who);
  return changeTries(db, [login.key, address.key], (found) => {
    const failures = fresh(found.get(address.key), now).failures - 1;
    const left = failures > 0 ? { failures, until: now } : null;
    return {
      value: undefined,
      write: [
        [login.key, null],
        [address.key, left],
      ],
    };
  });
}

function keysOf({ login, address }: Who) {
  // Some people type their password where the login belongs: it is not kept.
  return [
    { key: `login:${hashToken(loginKey(login))}`, free: FREE_OF_LOGIN },
    { key: `address:${address}`, free: FREE_OF_ADDRESS },
  ] as const;
}

function waitAfter(failuresOverFree: number): number {
  if (failuresOverFree <= 0) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(failuresOverFree - 1, 30), MOST_WAIT_MS);
}

/** What still counts. A wait beyond the longest one is of a wall clock that has since been set back: it is over. */
function fresh(tries: Tries | undefined, now: number): Tries {
  if (tries === undefined || now - tries.until > FORGET_MS) return { failures: 0, until: 0 };
  return tries.until - now > MOST_WAIT_MS ? { ...tries, until: 0 } : tries;
}
