import type { Facility } from "@anhu/core/facility";
import { between, chance, drift } from "./chance.ts";
import { dayOf } from "./day.ts";
import type { Activity, Person, Stay } from "./day.ts";

/** What a person is doing at one moment, and what a pendant would measure. */
export interface PersonState {
  readonly place: string;
  readonly activity: Activity;
  readonly inBed: boolean;
  readonly moving: boolean;
}

export interface Vitals {
  readonly heart_rate_bpm: number;
  readonly spo2_pct: number;
  readonly skin_temperature_c: number;
  readonly respiration_rpm: number;
}

/** Who is seen at a place: how many people, and whether one of them moves. */
export interface Presence {
  readonly count: number;
  readonly moving: boolean;
}

/** The life of the demo facility: every answer is a pure function of the seed and of `t` (UTC ms). */
export interface World {
  readonly people: readonly Person[];
  person(id: string, t: number): PersonState;
  vitals(id: string, t: number): Vitals;
  presence(place: string, t: number): Presence;
  doorOpen(device: string, t: number): boolean;
  /** A measured quantity around `mean`, wandering by at most `spread`. */
  around(device: string, t: number, range: { mean: number; spread: number }): number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** China has one time zone, without summer time. */
const CHINA_MS = 8 * 3_600_000;

/** The world of one facility. */
export function createWorld(
  facility: Pick<Facility, "places" | "residents">,
  { seed }: { readonly seed: number },
): World {
  const people = facility.residents.map((resident): Person => ({
    id: resident.id,
    room: resident.room,
    corridor: corridorOf(facility, resident.room),
    walks: resident.mobility !== "bed",
  }));
  const byId = new Map(people.map((person) => [person.id, person]));
  const midnightOf = (t: number) => t - ((t + CHINA_MS) % DAY_MS);
  // One day per person is kept: asking for another day replaces it.
  const days = new Map<string, { midnight: number; stays: readonly Stay[] }>();

  function stay(person: Person, t: number): Stay | undefined {
    const midnight = midnightOf(t);
    let day = days.get(person.id);
    if (day?.midnight !== midnight) {
      day = { midnight, stays: dayOf(seed, person, midnight) };
      days.set(person.id, day);
    }
    return day.stays.find((each) => t < each.to);
  }

  function state(person: Person, t: number): PersonState {
    const now = stay(person, t);
    const activity = now?.activity ?? "resting";
    const restless = chance(seed, `${person.id}/restless/${Math.floor(t / 20_000)}`);
    return {
      place: now?.place ?? person.room,
      activity,
      inBed: activity === "asleep" || !person.walks,
      moving: restless < MOVING[activity],
    };
  }

  return {
    people,
    person(id, t) {
      const person = byId.get(id);
      return person === undefined ? AWAY : state(person, t);
    },
    vitals(id, t) {
      const { activity } = this.person(id, t);
      const near = (what: string, mean: number, spread: number) =>
        round(mean + spread * drift(seed, `${id}/${what}`, t, 3 * MINUTE_MS));
      return {
        heart_rate_bpm: near("hr", between(seed, `${id}/hr`, [62, 78]) + EFFORT[activity], 5),
        spo2_pct: near("spo2", between(seed, `${id}/spo2`, [94, 97.5]), 1),
        skin_temperature_c: near("skin", activity === "asleep" ? 34.6 : 33.4, 0.6),
        respiration_rpm: near("resp", 15 + EFFORT[activity] / 4, 2),
      };
    },
    presence(place, t) {
      const here = people.map((person) => state(person, t)).filter((one) => one.place === place);
      const staff = place.startsWith("corridor") && onRound(t);
      return {
        count: here.length + (staff ? 1 : 0),
        moving: staff || here.some((one) => one.moving),
      };
    },
    doorOpen(device, t) {
      const slot = Math.floor(t / (10 * MINUTE_MS));
      const hour = ((t + CHINA_MS) % DAY_MS) / 3_600_000;
      const busy = hour > 6 && hour < 20 ? 0.3 : 0.02;
      return (
        chance(seed, `${device}/open/${slot}`) < busy &&
        t - slot * 10 * MINUTE_MS < between(seed, `${device}/for/${slot}`, [10_000, 120_000])
      );
    },
    around(device, t, { mean, spread }) {
      return round(mean + spread * drift(seed, device, t, 5 * MINUTE_MS));
    },
  };
}

/** How often somebody is seen moving in a span of 20 s. */
const MOVING: Readonly<Record<Activity, number>> = {
  asleep: 0.04,
  resting: 0.35,
  toilet: 0.9,
  meal: 0.8,
  social: 0.6,
  walking: 1,
};

/** Heart beats per minute above rest. */
const EFFORT: Readonly<Record<Activity, number>> = {
  asleep: -6,
  resting: 0,
  toilet: 8,
  meal: 5,
  social: 4,
  walking: 18,
};

const AWAY: PersonState = { place: "none", activity: "resting", inBed: false, moving: false };

/** Patrol at least every two hours (DOMAIN.md 2.2): six minutes at each even hour. */
function onRound(t: number): boolean {
  return t % (2 * 3_600_000) < 6 * MINUTE_MS;
}

function corridorOf(facility: Pick<Facility, "places">, room: string): string {
  const floor = facility.places.find((place) => place.id === room)?.in;
  const corridor = facility.places.find((place) => place.kind === "corridor" && place.in === floor);
  return corridor?.id ?? room;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
