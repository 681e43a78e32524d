/** What the rooms are like. */
import { lines, timeline } from "../panel.ts";
import type { Spec } from "../panel.ts";
import { EVERY, PLACE, series, TIME } from "../query.ts";
import type { Words } from "../words/words.ts";

const BY_ROOM = `WHERE ${PLACE} AND ${TIME} GROUP BY ${EVERY}, "room" fill(none)`;
const ROOM = "$tag_room";

export function presence(words: Words): Spec {
  const targets = [series(`SELECT last("present") FROM "occupancy" ${BY_ROOM}`, ROOM)];
  const view = timeline(words, words.present.yes, words.present.no);
  return { key: "presence", serves: ["R10", "R12"], width: 12, targets, view };
}

export function doors(words: Words): Spec {
  const query = `SELECT last("open") FROM "door" WHERE ${PLACE} AND ${TIME} GROUP BY ${EVERY}, "device" fill(none)`;
  const view = timeline(words, words.open.yes, words.open.no);
  return {
    key: "doors",
    serves: ["R13"],
    width: 12,
    targets: [series(query, "$tag_device")],
    view,
  };
}

export function temperature(words: Words): Spec {
  const targets = [series(`SELECT mean("temperature_c") FROM /^(heat|climate)$/ ${BY_ROOM}`, ROOM)];
  const view = lines(words).unit("celsius");
  return { key: "temperature", serves: ["R01", "R21"], width: 8, targets, view };
}

export function air(words: Words): Spec {
  const targets = [
    series(`SELECT max("co_ppm") FROM "co" ${BY_ROOM}`, `${words.series.co} ${ROOM}`),
    series(`SELECT max("gas_lel_pct") FROM "gas" ${BY_ROOM}`, `${words.series.gas} ${ROOM}`),
  ];
  return { key: "air", serves: ["R01", "R19"], width: 8, targets, view: lines(words).min(0) };
}

export function water(words: Words): Spec {
  const targets = [series(`SELECT mean("pressure_kpa") FROM "water" ${BY_ROOM}`, ROOM)];
  const view = lines(words).unit("pressurekpa").min(0);
  return { key: "water", serves: ["R01", "R02"], width: 8, targets, view };
}
