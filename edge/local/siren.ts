/**
 * The facility's siren: sounds as long as any alert of a rule that says so is not cleared, when alerts reach nobody, and when the
 * centre says that nobody has answered. What sounds is durable (slots), so that it goes on after a restart; a silence is not.
 *
 *   sounding --silence--> silent --its time is over, a new alert, a worse one, "nobody hears", "nobody has answered"--> sounding
 */
import type { Rule } from "@anhu/core/rules";
import type { Clock } from "@anhu/core/time";
import type { Severity } from "@anhu/core/states";
import type { Alert } from "@anhu/core/wire";

/** docs/protocols/native.md; the first of what applies sounds. */
const TONES = ["fire", "unanswered", "unheard", "care", "trouble"] as const;
export type Tone = (typeof TONES)[number];

/** What is published on the siren's topic. */
export interface SirenSet {
  readonly on: boolean;
  readonly tone: Tone;
  /** Always false: what is raised in test mode does not sound. */
  readonly drill: false;
}

export interface SirenParts {
  readonly rules: readonly Rule[];
  readonly clock: Clock;
  readonly send: (set: SirenSet) => void;
}

interface Cause {
  readonly tone: Tone;
  readonly severity: Severity;
}

type Slots = readonly (readonly [key: string, value: string | null])[];

const PREFIX = "edge/siren/";
const OFF: SirenSet = { on: false, tone: "fire", drill: false };
const WORSE: readonly Severity[] = ["low", "medium", "high", "critical"];
/** A siren that lost its power or its line is told again. */
const REPEAT_MS = 10_000;
/**
 * One that sounds when the gateway starts may sound for an alarm that was never committed: it goes on until the device has had time to
 * say it again (GB/T 26875.3-2011, 6.5.4: 3 repeats of 10 s each, twice that).
 */
const DOUBT_MS = 60_000;
/** One that contradicts is answered at most this often. */
const CORRECT_MS = 1_000;

export class Siren {
  readonly #parts: SirenParts;
  readonly #tones: ReadonlyMap<string, Tone>;
  readonly #causes = new Map<string, Cause>();
  #unheard = false;
  #unanswered = false;
  /** What is silenced, and what takes back the end of it. */
  readonly #silences = new Map<string, () => void>();
  #set: SirenSet = OFF;
  #correctedAt = -Infinity;
  #cancelRepeat: () => void = () => {};
  #cancelUnanswered: () => void = () => {};
  /** An end of the alarm is not believed before this monotonic time, unless its beginning was seen. */
  #doubtUntil = -Infinity;

  constructor(parts: SirenParts, slots: Iterable<readonly [key: string, value: string]>) {
    this.#parts = parts;
    this.#tones = new Map(
      parts.rules.filter((rule) => rule.siren).map((rule) => [rule.id, toneOf(rule)]),
    );
    for (const [key, value] of slots) {
      if (key.startsWith(PREFIX))
        this.#causes.set(key.slice(PREFIX.length), JSON.parse(value) as Cause);
    }
  }

  /** True for slots that belong here. */
  static owns(key: string): boolean {
    return key.startsWith(PREFIX);
  }

  get set(): SirenSet {
    return this.#set;
  }

  /** Says what an earlier run left sounding. */
  start(): void {
    const { clock } = this.#parts;
    this.#decide();
    if (this.#set.on) return;
    this.#doubtUntil = clock.monotonic() + DOUBT_MS;
    this.#cancelRepeat = clock.after(DOUBT_MS, () => this.#say());
  }

  /** Sounds or ends it at once for these alerts; returns the slots that must be committed with them. */
  apply(alerts: readonly Alert[]): Slots {
    const slots: (readonly [string, string | null])[] = [];
    for (const { id, rule, phase, severity, drill } of alerts) {
      const tone = this.#tones.get(rule);
      if (phase === "cleared" && this.#causes.delete(id)) {
        slots.push([PREFIX + id, null]);
        // There is nothing left that anybody could answer.
        if (this.#causes.size === 0) this.#endUnanswered();
      }
      if (phase === "cleared" || tone === undefined || drill) continue;
      const known = this.#causes.get(id);
      if (known === undefined || isWorse(severity, known.severity)) this.#endSilence();
      this.#causes.set(id, { tone, severity });
      slots.push([PREFIX + id, JSON.stringify({ tone, severity })]);
    }
    this.#decide();
    return slots;
  }

  /** Alarms are not reaching anybody, or they are again. */
  unheard(unheard: boolean): void {
    if (unheard) this.#endSilence();
    this.#unheard = unheard;
    this.#decide();
  }

  /** The centre says that nobody has answered: ends a silence, and sounds beneath a fire, for so long, or until the last alert is over. */
  unanswered(forMs: number): void {
    this.#endSilence();
    this.#cancelUnanswered();
    this.#unanswered = true;
    this.#cancelUnanswered = this.#parts.clock.after(forMs, () => {
      this.#endUnanswered();
      this.#decide();
    });
    this.#decide();
  }

  /** The centre says that somebody has answered: what is in alarm sounds on. */
  answered(): void {
    this.#endUnanswered();
    this.#decide();
  }

  /**
   * A person silences these alerts (ids; all that there are without) for so long, monotonic, and what else sounds beside them. The alarm
   * goes on.
   */
  silence(forMs: number, alerts?: readonly string[]): void {
    const wasOn = this.#set.on;
    for (const id of this.#wanted().keys()) {
      if (this.#causes.has(id) && alerts?.includes(id) === false) continue;
      this.#silences.get(id)?.();
      const end = (): void => {
        this.#silences.delete(id);
        this.#decide();
      };
      this.#silences.set(id, this.#parts.clock.after(forMs, end));
    }
    // One that sounds for what only an earlier run knew is silenced as well.
    this.#doubtUntil = -Infinity;
    this.#decide();
    if (!wasOn) this.#say();
  }

  /** The siren has come on line. */
  online(): void {
    this.#say();
  }

  /** The siren says whether it sounds. */
  stateIs(on: boolean): void {
    const now = this.#parts.clock.monotonic();
    if (on === this.#set.on || now - this.#correctedAt < CORRECT_MS) return;
    this.#correctedAt = now;
    this.#say();
  }

  slots(): (readonly [key: string, value: string])[] {
    return [...this.#causes].map(([id, cause]) => [PREFIX + id, JSON.stringify(cause)] as const);
  }

  stop(): void {
    this.#cancelRepeat();
    this.#cancelUnanswered();
    this.#endSilence();
  }

  #endUnanswered(): void {
    this.#cancelUnanswered();
    this.#unanswered = false;
  }

  #endSilence(): void {
    for (const cancel of this.#silences.values()) cancel();
    this.#silences.clear();
  }

  /** What there is to sound for, silenced or not: alerts by their id, which has a slash. */
  #wanted(): Map<string, Tone> {
    const wanted = new Map([...this.#causes].map(([id, { tone }]) => [id, tone]));
    if (this.#unheard) wanted.set("unheard", "unheard");
    if (this.#unanswered) wanted.set("unanswered", "unanswered");
    return wanted;
  }

  #decide(): void {
    const loud = [...this.#wanted()].filter(([id]) => !this.#silences.has(id));
    const tone = TONES.find((candidate) => loud.some(([, one]) => one === candidate));
    const set: SirenSet = tone === undefined ? OFF : { on: true, tone, drill: false };
    const { on } = this.#set;
    if (set.on === on && (set.tone === this.#set.tone || !on)) return;
    this.#set = set;
    this.#say();
  }

  #say(): void {
    const { send, clock } = this.#parts;
    if (this.#set.on) this.#doubtUntil = -Infinity;
    if (clock.monotonic() < this.#doubtUntil) return;
    this.#cancelRepeat();
    send(this.#set);
    if (this.#set.on) this.#cancelRepeat = clock.after(REPEAT_MS, () => this.#say());
  }
}

function isWorse(severity: Severity, known: Severity): boolean {
  return WORSE.indexOf(severity) > WORSE.indexOf(known);
}

function toneOf(rule: Rule): Tone {
  if (rule.class === "alarm") return "fire";
  return rule.class === "care" || rule.class === "health" ? "care" : "trouble";
}
