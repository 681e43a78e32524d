/** What is wrong now, and what was. */
import { bars, stat, table } from "../panel.ts";
import type { Spec } from "../panel.ts";
import { EVERY, NO_DRILL, PLACE, rows, series, TIME } from "../query.ts";
import { CLASSES } from "../words/words.ts";
import type { Words } from "../words/words.ts";

/** Kinds whose own `alarm` calls people. */
const DETECTORS = "/^(smoke|heat|call_point|co|gas|electrical_fire)$/";

/** The sum of all changes is what is open, whenever it was opened: no time is chosen here. */
export function openNow(words: Words): Spec {
  const targets = CLASSES.map((name) =>
    series(
      `SELECT sum("open_change") FROM "incident" WHERE ${PLACE} AND "class" = '${name}'`,
      words.classes[name],
    ),
  );
  return { key: "openNow", serves: ["R01", "R10"], width: 12, targets, view: stat(words) };
}

export function unanswered(words: Words): Spec {
  const query = `SELECT count("state") FROM "incident" WHERE ${PLACE} AND "state" = 'unanswered' AND ${NO_DRILL} AND ${TIME}`;
  const targets = [series(query, words.series.unanswered)];
  return { key: "unanswered", serves: ["R04", "R07"], width: 6, targets, view: stat(words) };
}

export function drills(words: Words): Spec {
  const query = `SELECT count("state") FROM "incident" WHERE ${PLACE} AND "opened" = true AND "drill" = true AND ${TIME}`;
  const targets = [series(query, words.series.drills)];
  return { key: "drills", serves: ["R06"], width: 6, targets, view: stat(words) };
}

export function opened(words: Words): Spec {
  const targets = CLASSES.map((name) =>
    series(
      `SELECT count("state") FROM "incident" WHERE ${PLACE} AND "opened" = true AND ${NO_DRILL} AND "class" = '${name}' AND ${TIME} GROUP BY ${EVERY} fill(0)`,
      words.classes[name],
    ),
  );
  return { key: "opened", serves: ["R01", "R14"], width: 12, targets, view: bars(words) };
}

export function detectors(words: Words): Spec {
  const query = `SELECT count("alarm") AS "times" FROM ${DETECTORS} WHERE ${PLACE} AND "alarm" = true AND ${TIME} GROUP BY "room", "device"`;
  return {
    key: "detectors",
    serves: ["R01", "R19"],
    width: 12,
    targets: [rows(query)],
    view: table(words, ["room", "device", "times"]),
  };
}

export function log(words: Words): Spec {
  const query = `SELECT "room", "kind", "class", "severity", "state", "drill" FROM "incident" WHERE ${PLACE} AND ${TIME} AND "state" =~ /./ ORDER BY time DESC LIMIT 200`;
  return {
    key: "log",
    serves: ["R01", "R17"],
    width: 24,
    targets: [rows(query)],
    view: table(words, ["Time", "room", "kind", "class", "severity", "state", "drill"]),
  };
}
