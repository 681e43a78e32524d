/** Whether the equipment is alive: an alarm that cannot come is worse than one too many. */
import { KINDS } from "@anhu/core/points";
import { gauge, newest, stat, table } from "../panel.ts";
import type { Spec } from "../panel.ts";
import { NO_DRILL, PLACE, rows, series, TIME } from "../query.ts";
import type { Words } from "../words/words.ts";

const ANY = `/^(${Object.keys(KINDS).join("|")})$/`;

export function silent(words: Words): Spec {
  const open = (kind: string): string =>
    `SELECT sum("open_change") FROM "incident" WHERE ${PLACE} AND "kind" = '${kind}'`;
  const targets = [
    series(open("silent"), words.kinds.silent),
    series(open("gateway-silent"), words.kinds["gateway-silent"]),
    series(open("trouble"), words.kinds.trouble),
    series(open("supervisory"), words.kinds.supervisory),
  ];
  return { key: "silent", serves: ["R02", "R03"], width: 12, targets, view: stat(words) };
}

export function troubles(words: Words): Spec {
  const query = `SELECT count("state") AS "times" FROM "incident" WHERE ${PLACE} AND "opened" = true AND ${NO_DRILL} AND ("class" = 'trouble' OR "class" = 'supervisory') AND ${TIME} GROUP BY "room", "kind"`;
  return {
    key: "troubles",
    serves: ["R02", "R03"],
    width: 12,
    targets: [rows(query)],
    view: table(words, ["room", "kind", "times"]),
  };
}

export function battery(words: Words): Spec {
  const query = `SELECT last("battery_pct") FROM "device" WHERE ${PLACE} AND ${TIME} GROUP BY "device"`;
  const view = gauge(words).unit("percent").min(0).max(100);
  return {
    key: "battery",
    serves: ["R02", "R10"],
    width: 8,
    targets: [series(query, "$tag_device")],
    view,
  };
}

export function signal(words: Words): Spec {
  const query = `SELECT "battery_pct", "rssi_dbm", "link_quality" FROM "device" WHERE ${PLACE} AND ${TIME} GROUP BY "device", "room" ORDER BY time DESC LIMIT 1`;
  return {
    key: "signal",
    serves: ["R02", "R10"],
    width: 8,
    targets: [rows(query)],
    view: table(words, ["device", "room", "Time", "battery_pct", "rssi_dbm", "link_quality"]),
  };
}

/** A device of several kinds has a row of each: the newest of them is its last word. */
export function lastSeen(words: Words): Spec {
  const query = `SELECT last("device_time_ms") FROM ${ANY} WHERE ${PLACE} AND ${TIME} GROUP BY "device", "room"`;
  const view = newest(words, ["device", "room"]);
  return { key: "lastSeen", serves: ["R02", "R14"], width: 8, targets: [rows(query)], view };
}
