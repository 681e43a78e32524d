import { between, chance } from "./chance.ts";

/**
 * A resident's day, from local midnight to local midnight, as stays that follow each other without a gap:
 *
 *   asleep .. toilet .. asleep | room | breakfast | walks, lounge, room | lunch | nap | walks, lounge, room | dinner | room | asleep
 *
 * assumption: the hours are those of a usual Chinese nursing home (meals at 7:00, 11:20 and 17:00); they only make the demo plausible.
 */
export type Activity = "asleep" | "resting" | "toilet" | "meal" | "social" | "walking";

export interface Stay {
  /** UTC milliseconds; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly place: string;
  readonly activity: Activity;
}

export interface Person {
  readonly id: string;
  readonly room: string;
  /** The corridor that the room lies on. */
  readonly corridor: string;
  /** false: stays in bed, also for meals. */
  readonly walks: boolean;
}

/** The day that starts at `midnight` (UTC ms of the local midnight). Pure in `seed`, person and day. */
export function dayOf(seed: number, person: Person, midnight: number): readonly Stay[] {
  const plan = new Plan(seed, person, midnight);
  const time = (name: string, low: number, high: number) =>
    Math.round(between(seed, `${person.id}/${midnight}/${name}`, [low, high]));
  plan.night(time("wake", 330, 420));
  plan.room(420, "resting");
  plan.meal(time("breakfast", 450, 470));
  plan.free(680);
  plan.meal(time("lunch", 715, 735));
  plan.room(750, "resting");
  plan.room(time("nap", 810, 870), "asleep");
  plan.free(1020);
  plan.meal(time("dinner", 1055, 1075));
  plan.room(time("bed", 1170, 1290), "resting");
  plan.night(1440);
  return plan.stays;
}

const WALK_MINUTES = 3;

/** Writes stays one after the other; all times are minutes after midnight, and each call goes on to `end`. */
class Plan {
  readonly stays: Stay[] = [];
  readonly #seed: number;
  readonly #person: Person;
  readonly #midnight: number;
  #now = 0;

  constructor(seed: number, person: Person, midnight: number) {
    this.#seed = seed;
    this.#person = person;
    this.#midnight = midnight;
  }

  room(end: number, activity: Activity): void {
    this.#stay(end, this.#person.room, activity);
  }

  /** Sleep with a visit to the toilet about every three hours. */
  night(end: number): void {
    while (this.#now < end) {
      const asleep = this.#now + this.#between("asleep", 110, 230);
      this.room(Math.min(asleep, end), "asleep");
      if (this.#now < end && this.#person.walks)
        this.room(Math.min(end, this.#now + this.#between("toilet", 4, 11)), "toilet");
    }
  }

  meal(end: number): void {
    if (this.#person.walks) this.#goTo("dining", end, "meal");
    else this.room(end, "meal");
  }

  /** Hours without a plan: the own room, the lounge or a walk, half an hour or so each. */
  free(end: number): void {
    while (this.#now < end) {
      const until = Math.min(end, this.#now + this.#between("free", 20, 60));
      const what = chance(this.#seed, this.#key("what"));
      if (!this.#person.walks || what < 0.5) this.room(until, "resting");
      else if (what < 0.8) this.#goTo("lounge", until, "social");
      else if (what < 0.9) this.#stay(until, this.#person.corridor, "walking");
      else this.room(Math.min(until, this.#now + 10), "toilet");
    }
  }

  #goTo(place: string, end: number, activity: Activity): void {
    this.#stay(Math.min(end, this.#now + WALK_MINUTES), this.#person.corridor, "walking");
    this.#stay(end, place, activity);
  }

  #stay(end: number, place: string, activity: Activity): void {
    if (end <= this.#now) return;
    const at = (minute: number) => this.#midnight + minute * 60_000;
    this.stays.push({ from: at(this.#now), to: at(end), place, activity });
    this.#now = end;
  }

  #key(name: string): string {
    return `${this.#person.id}/${this.#midnight}/${this.#now}/${name}`;
  }

  #between(name: string, low: number, high: number): number {
    return Math.round(between(this.#seed, this.#key(name), [low, high]));
  }
}
