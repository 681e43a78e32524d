/** The HTTP side on an empty database in memory, with a small home, its region, and one user per role; for tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pino } from "pino";
import { Registry } from "prom-client";
import { FakeClock } from "@anhu/core/time";
import type { Role, Scope } from "../access/model.ts";
import { openPasswords } from "../access/passwords.ts";
import { openSessions } from "../access/sessions.ts";
import { ConsolePages } from "../channels/console/streams.ts";
import { openEscalations } from "../escalation/open.ts";
import { openSteady } from "../escalation/steady.ts";
import { openFacilities } from "../facilities/files.ts";
import { openHealth } from "../health/health.ts";
import type { HttpOptions, Server } from "../http/server.ts";
import { buildHttp } from "../http/server.ts";
import { ruleBook as rules } from "../incidents/rules.ts";
import { Bell } from "../store/bell.ts";
import { saveFacilities } from "../store/facilities.ts";
import { migrate } from "../store/migrations/index.ts";
import { openSqlite } from "../store/sqlite.ts";
import { insertUser } from "../store/users.ts";
import type { UserRow } from "../store/users.ts";
import { T0 } from "./alerts.ts";
import { FACILITY_FILE } from "./facility.ts";

export const API_TOKEN = "0123456789abcdef".repeat(4);
/** Headers of this machine's own tools. */
export const AS_LOCAL = { host: "localhost:8080", authorization: `Bearer ${API_TOKEN}` };

export interface TestHttp extends HttpOptions {
  readonly clock: FakeClock;
  readonly server: Server;
  /** Adds a user with the password `PASSWORD`. */
  addUser(user: TestUser): Promise<UserRow>;
  /** Headers of a browser in which the user is signed in. */
  signedIn(user: UserRow): Promise<{ host: string; cookie: string; "sec-fetch-site": string }>;
  close(): Promise<void>;
}

export interface TestUser {
  readonly role: Role;
  readonly scope: Scope;
  readonly login?: string;
  readonly person?: string;
}

export const PASSWORD = "a long password";

/** Facility files by name, beside or instead of the small home's `facility.yaml`. */
export async function openTestHttp(
  given: Partial<HttpOptions> & { readonly files?: Readonly<Record<string, string>> } = {},
): Promise<TestHttp> {
  const { files = {}, ...options } = given;
  const folder = mkdtempSync(join(tmpdir(), "anhu-http-"));
  for (const [name, text] of Object.entries({ "facility.yaml": FACILITY_FILE, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  const clock = new FakeClock(T0);
  const log = pino({ level: "silent" });
  const facilities = await openFacilities({
    dataDir: folder,
    clock,
    log,
    changed: ({ byId }) => saveFacilities(db, byId.values()),
  });
  const sessions = openSessions({ db, clock, log });
  const passwords = openPasswords({ ln: 4 });
  const changes = new Bell(clock);
  const steady = await openSteady(db, clock);
  const { actions, close } = openEscalations({
    db,
    dataDir: folder,
    facilities,
    rules,
    steady,
    changes,
    clock,
    log,
    registry: new Registry(),
    commands: { run: () => Promise.resolve(null), wake: () => {} },
    random: () => 0,
  });
  const http: HttpOptions = {
    db,
    rules,
    facilities,
    names: { resident: () => null, staff: () => null, trouble: () => null, close: () => undefined },
    roomKey: null,
    actions,
    steady: () => steady.now(),
    health: openHealth({ own: () => Promise.resolve({}), registry: new Registry(), clock }),
    readings: { query: () => Promise.resolve([]), last: () => Promise.resolve([]) },
    changes,
    pages: new ConsolePages(() => changes.ring()),
    run: () => Promise.resolve(null),
    clock,
    sessions,
    passwords,
    apiToken: API_TOKEN,
    certificate: null,
    tlsFolder: folder,
    consoleDir: join(folder, "console"),
    demo: true,
    log,
    ...options,
  };
  const server = await buildHttp(http);
  return {
    ...http,
    clock,
    server,
    async addUser({ role, scope, login = role, person = null }) {
      const user: UserRow = {
        id: `u-${login}`,
        login,
        name: login,
        role,
        scope_kind: scope.kind,
        scope: scope.of,
        person,
        password: await passwords.hash(PASSWORD),
        language: "zh",
        disabled: 0,
        created_at: T0,
        created_by: "local",
      };
      await db.transaction().execute((tx) => insertUser(tx, user));
      return user;
    },
    async signedIn(user) {
      const { token } = await db
        .transaction()
        .execute((tx) => sessions.begin(tx, user, "a test's browser"));
      return {
        host: "localhost:8080",
        cookie: `anhu_session=${token}`,
        "sec-fetch-site": "same-origin",
      };
    },
    async close() {
      await server.close();
      await close();
      await sessions.close();
      await facilities.close();
      await db.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}
