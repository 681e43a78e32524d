/** The ledger in sentences: each type of entry has its own (`words.timeline`), filled from its data. Pure. */
import { RULES } from "@anhu/core/rules";
import type { Name, TimelineEntry } from "@anhu/response/api";
import { capital, channelWord } from "../../parts/names.ts";
import { fill } from "../../words/index.ts";
import type { Language, Words } from "../../words/index.ts";
import { actorText } from "./actors.ts";
import type { Actors } from "./actors.ts";

export interface Line {
  readonly seq: number;
  readonly at: number;
  readonly text: string;
  /** How it is drawn: an alarm, people, an answer, the end, bookkeeping. */
  readonly tone: "alarm" | "people" | "good" | "loud" | "plain";
  /** For who asks why: not shown at first. */
  readonly minor: boolean;
}

export interface Teller extends Actors {
  readonly language: Language;
  /** Of the incident: stands in for a rule that is not known here. */
  readonly title: Name;
}

/** Calls within this time of each other are one sentence. */
const TOGETHER_MS = 2_000;
const MERGED: readonly string[] = ["called", "called_prompt", "called_unanswered"];
const MINOR: readonly string[] = [
  "alert_updated",
  "alert_refused",
  "incident_opened",
  "incident_raised",
  "incident_notified",
  "incident_unanswered",
  "incident_acknowledged",
  "incident_arrived",
  "call_sent",
  "delivery_sent",
  "delivery_shown",
  "silence_over",
  "deferred",
  "tier_empty",
  "stand_down",
  "other",
];
const TONES: Readonly<Record<string, Line["tone"]>> = {
  alert_raised: "alarm",
  alert_updated: "alarm",
  incident_reopened: "alarm",
  severity_rose: "alarm",
  unanswered: "loud",
  arrival_missed: "loud",
  calls_late: "loud",
  calls_late_stopped: "loud",
  prompt_unanswered: "loud",
  delivery_failed: "loud",
  called: "people",
  called_prompt: "people",
  called_unanswered: "people",
  called_self: "people",
  answered_coming: "good",
  answered_here: "good",
  arrived: "good",
  arrived_plain: "good",
  incident_resolved: "good",
  incident_closed: "good",
  incident_closed_text: "good",
};

/** One line per entry, in the ledger's order; calls at the same time are one. */
export function tellTimeline(entries: readonly TimelineEntry[], teller: Teller): readonly Line[] {
  const announced = entries.filter(({ type }) => type === "unanswered").map(({ seq }) => seq);
  const groups: { key: string; first: TimelineEntry; people: string[] }[] = [];
  for (const entry of entries) {
    const again = announced.indexOf(entry.seq) > 0;
    const key = again ? "unanswered_again" : keyOf(entry, teller.words);
    const people = peopleOf(entry, teller);
    const last = groups.at(-1);
    const together =
      last !== undefined &&
      last.key === key &&
      MERGED.includes(key) &&
      entry.at - last.first.at <= TOGETHER_MS;
    if (!together) groups.push({ key, first: entry, people });
    else last.people.push(...people.filter((one) => !last.people.includes(one)));
  }
  return groups.map(({ key, first, people }) => ({
    seq: first.seq,
    at: first.at,
    text: begin(
      fillSpaced(sentences(teller.words)[key] ?? teller.words.timeline.other, {
        ...valuesOf(first, teller),
        n: announced.indexOf(first.seq) + 1,
        people:
          people.length === 0 ? teller.words.timeline.aPerson : people.join(teller.words.listSign),
      }),
      teller.words,
    ),
    tone: TONES[key] ?? "plain",
    minor: MINOR.includes(key),
  }));
}

/** A sentence that begins with a word of ours has a capital; a device's number stays as it is written. */
function begin(text: string, { person, timeline }: Words): string {
  const ours = [person.you, person.local, person.system, timeline.aPerson, timeline.aDevice];
  const user = person.user.split("{")[0] ?? "";
  return [...ours, user].some((word) => word !== "" && text.startsWith(word))
    ? capital(text)
    : text;
}

/** A Latin letter or digit and the Chinese word after it stand apart. */
function fillSpaced(sentence: string, values: Readonly<Record<string, string | number>>): string {
  const apart = sentence.replaceAll(
    /\{(actor|people)\}(?=\p{Script=Han})/gu,
    (place, key: string) => (/[\da-z]$/i.test(String(values[key])) ? `${place} ` : place),
  );
  return fill(apart, values);
}

function sentences(words: Words): Readonly<Record<string, string>> {
  return words.timeline;
}

/** The sentence of an entry: of its type, or of what its data makes of that. */
function keyOf({ type, data }: TimelineEntry, words: Words): string {
  const keys = [
    ...endOf(type, textOf(data["reason"])),
    type === "called" && data["tier"] === "self" ? "called_self" : "",
    type === "called" ? `called_${textOf(data["purpose"])}` : "",
    type === "answered" ? `answered_${textOf(data["answer"])}` : "",
    type === "calls_late" && data["stopped"] === true ? "calls_late_stopped" : "",
    type === "arrived" && data["code"] === false ? "arrived_plain" : "",
    type === "incident_closed" && textOf(data["text"]) !== "" ? "incident_closed_text" : "",
    type === "name_shown" && textOf(data["reason"]) === "" ? "name_shown_live" : "",
    type,
  ];
  return keys.find((key) => Object.hasOwn(words.timeline, key)) ?? "other";
}

/** An alarm that its sensor did not end is not back to normal. A gateway may know a reason that this page does not. */
function endOf(type: string, reason: string): readonly string[] {
  return type === "alert_cleared" && reason !== "" ? [`${type}_${reason}`, "alert_ended"] : [];
}

function peopleOf({ data }: TimelineEntry, { person }: Teller): string[] {
  const role = typeof data["role"] === "string" ? data["role"] : undefined;
  const ids = Array.isArray(data["people"]) ? data["people"] : [data["person"]];
  return ids.flatMap((id) => (typeof id === "string" ? [person(id, role)] : []));
}

function valuesOf(entry: TimelineEntry, teller: Teller): Readonly<Record<string, string | number>> {
  const { words, language } = teller;
  const { data, seq } = entry;
  const rule = RULES.find(({ id }) => id === data["rule"]);
  const severities: Readonly<Record<string, string>> = words.severity;
  const causes: Readonly<Record<string, string>> = words.cause;
  const reasons: Readonly<Record<string, string>> = words.reason;
  const severity = (of: unknown): string => severities[textOf(of)] ?? textOf(of);
  return {
    seq,
    actor: actorText(entry.actor, teller),
    device: textOf(data["device"]) || words.timeline.aDevice,
    rule: (rule?.title ?? teller.title)[language],
    from: severity(data["from"]),
    to: severity(data["to"]),
    seconds: textOf(data["seconds"]),
    cause: causes[textOf(data["cause"])] ?? words.cause.other,
    channel: channelWord(words, textOf(data["channel"])),
    reason: reasons[textOf(data["reason"])] ?? words.reason.other,
    // Last: what people wrote is filled in as it is.
    text: textOf(data["text"]) || textOf(data["reason"]),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
