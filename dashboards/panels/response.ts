/** Whether somebody came, and how fast. */
import { RESPONSE_MEASUREMENTS } from "@anhu/core/points";
import { gauge, lines, stat, table } from "../panel.ts";
import type { Spec } from "../panel.ts";
import { EVERY, FACILITY, NO_DRILL, PLACE, rows, series, TIME } from "../query.ts";
import type { Words } from "../words/words.ts";

const STEPS = ["notify", "acknowledge", "arrive", "resolve"] as const;

export function usual(words: Words): Spec {
  const targets = STEPS.map((step) =>
    series(
      `SELECT median("seconds_to_${step}") FROM "incident" WHERE ${PLACE} AND ${NO_DRILL} AND ${TIME}`,
      words.steps[step],
    ),
  );
  const view = stat(words).unit("s").decimals(1);
  return { key: "usual", serves: ["R04", "R07", "R18"], width: 12, targets, view };
}

export function slowest(words: Words): Spec {
  const targets = STEPS.slice(0, 3).map((step) =>
    series(
      `SELECT max("seconds_to_${step}") FROM "incident" WHERE ${PLACE} AND ${NO_DRILL} AND ${TIME} GROUP BY ${EVERY} fill(none)`,
      words.steps[step],
    ),
  );
  const view = lines(words).unit("s").min(0);
  return { key: "slowest", serves: ["R07", "R18"], width: 12, targets, view };
}

export function deliveries(words: Words): Spec {
  const targets = RESPONSE_MEASUREMENTS.delivery.fields.state.map((state) =>
    series(
      `SELECT count("state") FROM "delivery" WHERE ${FACILITY} AND "state" = '${state}' AND ${TIME}`,
      words.deliveries[state],
    ),
  );
  const view = gauge(words).min(0).decimals(0);
  return { key: "deliveries", serves: ["R04", "R07"], width: 8, targets, view };
}

export function channels(words: Words): Spec {
  const query = `SELECT count("seconds_to_send") AS "times", max("seconds_to_send") AS "slowest" FROM "delivery" WHERE ${FACILITY} AND ${TIME} GROUP BY "channel", "role"`;
  return {
    key: "channels",
    serves: ["R04", "R07"],
    width: 8,
    targets: [rows(query)],
    view: table(words, ["channel", "role", "times", "slowest"]),
  };
}

export function failures(words: Words): Spec {
  const query = `SELECT count("state") AS "times" FROM "delivery" WHERE ${FACILITY} AND "failed" = true AND ${TIME} GROUP BY "channel", "role", "purpose"`;
  return {
    key: "failures",
    serves: ["R04", "R07"],
    width: 8,
    targets: [rows(query)],
    view: table(words, ["channel", "role", "purpose", "times"]),
  };
}
