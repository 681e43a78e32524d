/** Escalation put together: its time, its keys, the loop with the duty checks, and what people do. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Commands } from "../commands/commands.ts";
import type { Facilities } from "../facilities/files.ts";
import type { RuleBook } from "../incidents/model.ts";
import type { Bell } from "../store/bell.ts";
import type { Db } from "../store/schema.ts";
import { openActions } from "./actions.ts";
import type { Actions } from "./actions.ts";
import { openDutyAnswers } from "./duty-answers.ts";
import { openDuty } from "./duty.ts";
import { openLoop } from "./loop.ts";
import type { Loop } from "./loop.ts";
import { openEscalationMetrics } from "./metrics.ts";
import type { Steady } from "./steady.ts";
import { openTokens } from "./tokens.ts";

export interface EscalationOptions {
  readonly db: Db;
  readonly dataDir: string;
  readonly facilities: Facilities;
  readonly rules: RuleBook;
  readonly steady: Steady;
  readonly changes: Bell;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  readonly commands: Pick<Commands, "run" | "wake">;
  /** At least 0, below 1. */
  readonly random: () => number;
}

export interface EscalationService extends Pick<
  Loop,
  "wake" | "facilitiesChanged" | "health" | "close"
> {
  readonly actions: Actions;
}

/** Begins to look after every live incident. Throws `bad_answers_key`. */
export function openEscalations(options: EscalationOptions): EscalationService {
  const { db, dataDir, facilities, rules, steady, changes, clock, log, commands } = options;
  const people = {
    facility: (id: string) => facilities.byId.get(id),
    rules,
    tokens: openTokens(dataDir),
    steady,
    wall: () => clock.wall(),
  };
  const duty = openDuty({
    db,
    people,
    facilities: () => facilities.byId.values(),
    clock,
    committed: () => changes.ring(),
    random: options.random,
    log,
  });
  const loop = openLoop({
    ...people,
    db,
    clock,
    log,
    committed() {
      commands.wake();
      changes.ring();
    },
    also: duty,
    ...openEscalationMetrics(options.registry),
  });
  const committed = () => {
    commands.wake();
    loop.wake();
    changes.ring();
  };
  const actions = openActions({
    db,
    people,
    run: (draft, timeoutMs) => commands.run(draft, timeoutMs),
    committed,
    changes,
    clock,
    roomKey: roomKeyIn(dataDir),
    duty: openDutyAnswers({ db, people, committed }),
  });
  return { ...loop, actions };
}

/** What the codes on the walls are made of; null: set-up has made none, so there are no plates. */
function roomKeyIn(dataDir: string): string | null {
  const path = join(dataDir, "secrets", "room-code.key");
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
