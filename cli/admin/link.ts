/** One-time links for the administrator: made in the database of response, whether it runs or not. */
import { countAdministrators, newAdministratorLink } from "@anhu/response/access";
import { openStore } from "@anhu/response/store";
import { lanOfLastStart } from "../setup/installation.ts";

interface Place {
  readonly dataDir: string;
  /** PostgreSQL; undefined: SQLite in `dataDir`. */
  readonly databaseUrl: string | undefined;
}

export interface LinkOptions extends Place {
  readonly ports: { readonly http: number; readonly lan: number };
  readonly now: number;
}

/**
 * A fresh link, which ends earlier ones that nobody used: its address on this machine, and on the local network when the last start had one.
 * Throws `not_set_up` before a first start, `migration_failed`.
 */
export async function administratorLink(options: LinkOptions): Promise<readonly string[]> {
  const { dataDir, ports, now } = options;
  const lan = lanOfLastStart(dataDir);
  const token = await withStore(options, (db) => newAdministratorLink(db, now));
  return [localUrl(ports.http), ...(lan === null ? [] : [lanUrl(lan, ports.lan)])].map(
    (console) => `${console}#/join/${token}`,
  );
}

/** Whether somebody can sign in as an administrator. */
export async function hasAdministrator(place: Place): Promise<boolean> {
  return (await withStore(place, countAdministrators)) > 0;
}

/** Where the console is, for this machine. */
export function localUrl(httpPort: number): string {
  return `http://127.0.0.1:${httpPort}/`;
}

/** Where the console is, for the local network. */
export function lanUrl(address: string, port: number): string {
  return `https://${address.includes(":") ? `[${address}]` : address}:${port}/`;
}

async function withStore<T>(
  { dataDir, databaseUrl }: Place,
  use: (db: Awaited<ReturnType<typeof openStore>>) => Promise<T>,
): Promise<T> {
  const db = await openStore({ dataDir, databaseUrl, warn: () => undefined });
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}
