/** What people and access need of a database: run over each dialect, on SQLite beside the code and on a real PostgreSQL. */
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import { FakeClock } from "@anhu/core/time";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LOCAL } from "../access/api-token.ts";
import type { AccountsOptions } from "../access/accounts.ts";
import { join, newAdministratorLink } from "../access/links.ts";
import type { Scope } from "../access/model.ts";
import { openPasswords } from "../access/passwords.ts";
import { holdsFacility, inCharge } from "../access/scope.ts";
import { openSessions } from "../access/sessions.ts";
import { changePassword, signIn } from "../access/sign-in.ts";
import { addUser, changeUser, inviteAgain } from "../access/users.ts";
import { facilitiesIn, lastTestCalls, liveIncidents, saveFacilities } from "../store/facilities.ts";
import type { Db } from "../store/schema.ts";
import { countAdministrators, listUsers, personsWithAccount } from "../store/users.ts";
import { T0 } from "./alerts.ts";
import { FACILITY, FACILITY_FILE } from "./facility.ts";

const PASSWORD = "a long password";
const HERE: Scope = { kind: "facility", of: FACILITY };
const STAFF = 'staff: [{ id: s-01, role: carer, channels: [{ email: "a@example.org" }] }]';
const HOME = facilityOf(FACILITY_FILE.replace("staff: []", STAFF));
const OTHER = facilityOf(
  FACILITY_FILE.replace(FACILITY, "xm-siming-0001").replace("350304", "350203"),
);

export function describeAccounts(name: string, open: () => Promise<Db>): void {
  describe(`people and access on ${name}`, () => {
    let db: Db;
    let clock: FakeClock;
    let options: AccountsOptions;

    beforeEach(async () => {
      db = await open();
      clock = new FakeClock(T0);
      const log = pino({ level: "silent" });
      const sessions = openSessions({ db, clock, log });
      const byId = new Map([HOME, OTHER].map((file) => [file.facility.id, file]));
      await saveFacilities(db, byId.values());
      const passwords = openPasswords({ ln: 4 });
      const facilities = { byId, mistakes: [] };
      options = { db, clock, passwords, sessions, facilities, log };
    });
    afterEach(async () => {
      await options.sessions.close();
      await db.destroy();
    });

    const attempt = (login: string, password = PASSWORD) =>
      signIn(options, { login, password, address: "192.0.2.1", agent: "x" });

    /** Adds a carer who has joined. */
    async function addCarer(login: string, scope = HERE, person: string | null = null) {
      const draft = { login, name: login, role: "carer", scope, person, language: "zh" } as const;
      const added = await addUser(options, LOCAL, draft);
      if (!added.ok) throw new Error(added.error.reason);
      const { user, token } = added.value;
      await join(options, { token, password: PASSWORD, agent: "x" });
      return user;
    }

    test("who is invited joins, signs in, is found by the session, and is out when disabled", async () => {
      const user = await addCarer("林秀英", HERE, "s-01");
      expect(await personsWithAccount(db, FACILITY)).toEqual(new Set(["s-01"]));
      const signed = await attempt("林秀英");
      const token = signed.ok ? signed.value.token : "";
      expect(await options.sessions.find(token)).toMatchObject({
        principal: { actor: `user:${user.id}`, role: "carer", scope: HERE, person: "s-01" },
      });
      await changeUser(options, LOCAL, { id: user.id, change: { disabled: true } });
      expect(await options.sessions.find(token)).toBeNull();
      expect(await personsWithAccount(db, FACILITY)).toEqual(new Set());
    });

    test("an administrator's link is used once, whoever comes at once", async () => {
      const token = await newAdministratorLink(db, clock.wall());
      const both = await Promise.all(
        ["one", "two"].map((login) =>
          join(options, { token, login, password: PASSWORD, agent: "x" }),
        ),
      );
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await countAdministrators(db)).toBe(1);
    });

    test("two that add the same login at once: one is added, the other is told that it is taken", async () => {
      const draft = { login: "li", name: "li", role: "carer", scope: HERE, person: null } as const;
      const both = await Promise.all(
        [1, 2].map(() => addUser(options, LOCAL, { ...draft, language: "zh" })),
      );
      const reasons = both.map((one) => (one.ok ? "added" : one.error.reason));
      expect(reasons.toSorted()).toEqual(["added", "login_taken"]);
    });

    test("two that change one password at once: one does, the other's old one is wrong then", async () => {
      await addCarer("carer");
      const [one, two] = [await attempt("carer"), await attempt("carer")];
      if (!one.ok || !two.ok) throw new Error("not signed in");
      const change = { current: PASSWORD, address: "192.0.2.1" };
      const passwords = ["the first new one", "the second new one"];
      const both = await Promise.all([
        changePassword(options, {
          ...change,
          session: one.value.session,
          password: passwords[0] ?? "",
        }),
        changePassword(options, {
          ...change,
          session: two.value.session,
          password: passwords[1] ?? "",
        }),
      ]);
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
      const signs = await Promise.all(passwords.map((password) => attempt("carer", password)));
      expect(signs.map(({ ok }) => ok)).toEqual(both.map(({ ok }) => ok));
    });

    test("two administrators who disable each other at once: one stays", async () => {
      const ids: string[] = [];
      for (const login of ["ad-1", "ad-2"]) {
        const token = await newAdministratorLink(db, clock.wall());
        const joined = await join(options, { token, login, password: PASSWORD, agent: "x" });
        if (joined.ok) ids.push(joined.value.session.user.id);
      }
      const change = { disabled: true };
      const both = await Promise.all(ids.map((id) => changeUser(options, LOCAL, { id, change })));
      const reasons = both.map((one) => (one.ok ? "disabled" : one.error.reason));
      expect(reasons.toSorted()).toEqual(["disabled", "last_administrator"]);
      expect(await countAdministrators(db)).toBe(1);
    });

    test("who joins while the role changes does not come in by the link for the lesser one", async () => {
      for (let n = 0; n < 5; n += 1) {
        const draft = {
          login: `c-${n}`,
          name: "c",
          role: "carer",
          scope: HERE,
          person: null,
        } as const;
        const added = await addUser(options, LOCAL, { ...draft, language: "zh" });
        if (!added.ok) throw new Error(added.error.reason);
        const { user, token } = added.value;
        const change = { role: "manager" } as const;
        const [joined, changed, invited] = await Promise.all([
          join(options, { token, password: PASSWORD, agent: "x" }),
          changeUser(options, LOCAL, { id: user.id, change }),
          inviteAgain(options, { ...LOCAL, role: "manager", scope: HERE }, user.id),
        ]);
        expect(changed).toMatchObject({ ok: true, value: { role: "manager" } });
        const session = joined.ok ? await options.sessions.find(joined.value.token) : null;
        expect([session, joined.ok ? "link_over" : joined.error.reason]).toEqual([
          null,
          "link_over",
        ]);
        const link = invited.ok ? invited.value : token;
        const late = await join(options, { token: link, password: PASSWORD, agent: "x" });
        expect(late).toMatchObject({ ok: false });
      }
    });

    test("guesses that come all at once count as many", async () => {
      await addCarer("carer");
      const answers = await Promise.all(Array.from({ length: 12 }, () => attempt("carer", "x")));
      const reasons = answers.map((one) => (one.ok ? "in" : one.error.reason));
      expect(reasons.filter((reason) => reason === "wrong_login")).toHaveLength(6);
      clock.advance(1_000);
      expect(await attempt("carer")).toMatchObject({ ok: true });
      expect(await attempt("carer", "x")).toMatchObject({ error: { reason: "wrong_login" } });
    });

    test("a user has at most ten sessions, the newest ones", async () => {
      await addCarer("carer");
      const tokens: string[] = [];
      for (let n = 0; n < 12; n += 1) {
        const signed = await attempt("carer");
        if (signed.ok) tokens.push(signed.value.token);
        clock.advance(1_000);
      }
      const found = await Promise.all(tokens.map((token) => options.sessions.find(token)));
      expect(found.map((session) => session !== null)).toEqual(tokens.map((_, n) => n > 1));
    });

    test("a session that is over ends what follows it", async () => {
      const user = await addCarer("carer");
      const signed = await attempt("carer");
      const session = signed.ok ? signed.value.session : null;
      const { signal } = options.sessions.follow(session);
      await options.sessions.endAll(user.id, session?.tokenHash);
      expect(signal.aborted).toBe(false);
      await options.sessions.endAll(user.id);
      expect(signal.aborted).toBe(true);
      expect(options.sessions.follow(null).signal.aborted).toBe(false);
    });

    test("a region holds the facilities whose code begins with it", async () => {
      const regions: [string, string[]][] = [
        ["35", [FACILITY, "xm-siming-0001"]],
        ["3503", [FACILITY]],
        ["350203", ["xm-siming-0001"]],
        ["11", []],
        ["", []],
        ["%", []],
        ["35' or '1'='1", []],
      ];
      for (const [of, expected] of regions) {
        const scope: Scope = { kind: "region", of };
        expect([of, await facilitiesIn(db, scope)]).toEqual([of, expected]);
        expect(await holdsFacility(db, scope, FACILITY)).toBe(expected.includes(FACILITY));
        expect(await liveIncidents(db, scope)).toEqual(new Map());
      }
      expect(await lastTestCalls(db, FACILITY)).toEqual(new Map());
    });

    test("a manager is in charge of the own carers only", async () => {
      await addCarer("ours");
      await addCarer("theirs", { kind: "facility", of: "xm-siming-0001" });
      const page = { after: "", limit: 10 };
      const logins = async (scope: Scope) => {
        const where = inCharge({ role: "manager", scope });
        return (await listUsers(db, { ...page, where })).map(({ login }) => login);
      };
      expect(await logins(HERE)).toEqual(["ours"]);
      expect(await logins({ kind: "region", of: "35" })).toEqual(["ours", "theirs"]);
      expect(await logins({ kind: "region", of: "3502" })).toEqual(["theirs"]);
    });
  });
}

function facilityOf(text: string): Facility {
  const parsed = parseFacility(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}
