/**
 * Answers to duty checks. Each person of the duty room has a token of their own, which names the check and the person itself:
 *
 *   base64url(HMAC-SHA256(key, "check/person")) . base64url("check/person")
 */
import { timingSafeEqual } from "node:crypto";
import { ok, refuse } from "@anhu/core/result";
import type { Result } from "@anhu/core/result";
import { standingOf } from "../store/deeds.ts";
import type { ActiveAlert } from "../store/deeds.ts";
import { checkById, moveCheck } from "../store/duty-checks.ts";
import { openLogs } from "../store/log.ts";
import type { Logs } from "../store/log.ts";
import { recordWithin } from "../store/record.ts";
import type { Db, Tx } from "../store/schema.ts";
import { clearedOf } from "./duty-alert.ts";
import type { People } from "./look.ts";
import { messageReceived } from "./receipts.ts";
import type { Tokens } from "./tokens.ts";

export interface DutyAnswer {
  readonly answer: string;
  /** The delivery that the address named; null: none. */
  readonly delivery: string | null;
}

export interface DutyAnswers {
  /** `here` or the receipt `shown`. Fails with `unknown_token`, and with `wrong_state` for any other answer. */
  answer(token: string, answer: DutyAnswer): Promise<Result<null>>;
  /** A person at the scene says that the duty room is manned again. */
  clear(alerts: readonly ActiveAlert[]): Promise<void>;
}

export function checkToken(tokens: Tokens, check: string, person: string): string {
  const about = `${check}/${person}`;
  return `${tokens.tokenOf(about)}.${Buffer.from(about).toString("base64url")}`;
}

export function openDutyAnswers(options: {
  readonly db: Db;
  readonly people: People;
  readonly committed: () => void;
}): DutyAnswers {
  const { db, people, committed } = options;
  return {
    async answer(token, answer) {
      const about = aboutOf(people.tokens, token);
      if (about === null) return refuse("unknown_token", "nobody was called by this address");
      const said = { ...about, ...answer };
      const result = await db.transaction().execute((tx) => answered(tx, said, people));
      committed();
      return result;
    },
    async clear(alerts) {
      await db.transaction().execute((tx) => clearAll(tx, alerts, people));
      committed();
    },
  };
}

interface About {
  readonly check: string;
  readonly person: string;
}

async function answered(
  tx: Tx,
  { check: id, person, answer, delivery }: About & DutyAnswer,
  people: People,
): Promise<Result<null>> {
  const check = await checkById(tx, id);
  if (check === undefined) return refuse("unknown_token", "there was no such check");
  const { facility } = check;
  await messageReceived(tx, { facility, person, delivery }, people);
  if (answer === "shown") return ok(null);
  if (answer !== "here") return refuse("wrong_state", "this asks only whether somebody is there");
  if (check.answered_at !== null) return ok(null);
  const now = people.wall();
  const logs = await openLogs(tx, [facility], now);
  const state = check.state === "asked" ? "answered" : check.state;
  const set = { state, answered_at: now, person };
  await moveCheck(tx, id, { from: ["asked", "missed"], set });
  note(logs, { facility, check: id, person, late: check.state === "missed" });
  await logs.flush();
  const { active } = await standingOf(tx, facility);
  await clearAll(tx, active, people);
  return ok(null);
}

function note(
  logs: Logs,
  said: About & { readonly facility: string; readonly late: boolean },
): void {
  const { facility, check, person, late } = said;
  const data = { check, person, late };
  logs.append(facility, { actor: `staff:${person}`, type: "duty_check_answered", data }, null);
}

async function clearAll(tx: Tx, alerts: readonly ActiveAlert[], people: People): Promise<void> {
  const { rules, steady } = people;
  const now = people.wall();
  const intakes = alerts.map((alert) => clearedOf(alert, now));
  if (intakes.length === 0) return;
  await recordWithin(tx, { intakes, rules, now, nowSteady: steady.now() });
}

/** What a token is about; null: we have not made it. */
function aboutOf(tokens: Tokens, token: string): About | null {
  const [mac = "", text = ""] = token.split(".");
  const about = Buffer.from(text, "base64url").toString();
  const expected = Buffer.from(tokens.tokenOf(about));
  const given = Buffer.from(mac);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const slash = about.lastIndexOf("/");
  return slash < 0 ? null : { check: about.slice(0, slash), person: about.slice(slash + 1) };
}
