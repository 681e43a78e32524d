/** How the residents are: counts and extremes of the house, nobody by name or pseudonym. */
import { bars, lines, stat } from "../panel.ts";
import type { Spec } from "../panel.ts";
import { EVERY, PLACE, series, TIME } from "../query.ts";
import type { Words } from "../words/words.ts";

export function beds(words: Words): Spec {
  const targets = [
    series(newest({ kind: "bed", field: "occupied", is: true }), words.series.occupied),
    series(newest({ kind: "bed", field: "occupied", is: false }), words.series.empty),
  ];
  return { key: "beds", serves: ["R13", "R23"], width: 6, targets, view: stat(words) };
}

export function worn(words: Words): Spec {
  const targets = [
    series(newest({ kind: "vitals", field: "worn", is: true }), words.series.worn),
    series(newest({ kind: "vitals", field: "worn", is: false }), words.series.notWorn),
  ];
  return { key: "worn", serves: ["R10"], width: 6, targets, view: stat(words) };
}

export function calls(words: Words): Spec {
  const counted = `AND ${TIME} GROUP BY ${EVERY} fill(0)`;
  const targets = [
    series(
      `SELECT count("fall") FROM "fall" WHERE ${PLACE} AND "fall" = true ${counted}`,
      words.series.falls,
    ),
    series(
      `SELECT count("pressed") FROM "sos" WHERE ${PLACE} AND "pressed" = true ${counted}`,
      words.series.sos,
    ),
  ];
  return { key: "calls", serves: ["R10", "R11"], width: 12, targets, view: bars(words) };
}

export function heartRate(words: Words): Spec {
  const targets = (["min", "mean", "max"] as const).map((fn) =>
    series(`SELECT ${fn}("heart_rate_bpm") FROM "vitals" ${ALL}`, words.series[fn]),
  );
  const view = lines(words).unit(words.units.perMinute);
  return { key: "heartRate", serves: ["R09", "R10"], width: 8, targets, view };
}

export function oxygen(words: Words): Spec {
  const targets = (["min", "mean"] as const).map((fn) =>
    series(`SELECT ${fn}("spo2_pct") FROM "vitals" ${ALL}`, words.series[fn]),
  );
  const view = lines(words).unit("percent").max(100);
  return { key: "oxygen", serves: ["R09", "R10"], width: 8, targets, view };
}

export function skin(words: Words): Spec {
  const targets = (["min", "mean", "max"] as const).map((fn) =>
    series(`SELECT ${fn}("skin_temperature_c") FROM "vitals" ${ALL}`, words.series[fn]),
  );
  const view = lines(words).unit("celsius");
  return { key: "skin", serves: ["R09"], width: 8, targets, view };
}

const ALL = `WHERE ${PLACE} AND ${TIME} GROUP BY ${EVERY} fill(none)`;

/** How many devices said this last. */
function newest(of: {
  readonly kind: string;
  readonly field: string;
  readonly is: boolean;
}): string {
  const { kind, field, is } = of;
  const last = `SELECT last("${field}") AS "${field}" FROM "${kind}" WHERE ${PLACE} AND ${TIME} GROUP BY "device"`;
  return `SELECT count("${field}") FROM (${last}) WHERE "${field}" = ${is}`;
}
