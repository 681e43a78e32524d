import type { Clock } from "@anhu/core/time";
import type { Answer, AnswerRule, Answered, Call } from "./model.ts";
import type { ReplyOptions } from "./reply.ts";
import { reply } from "./reply.ts";

export interface PeopleOptions {
  readonly clock: Clock;
  readonly ended: AbortSignal;
  /** The code on the wall of a room; undefined: there is none. */
  readonly codeOf: (room: string) => string | undefined;
  readonly onAnswered: (answered: Answered) => void;
}

/** A call that stands on a phone. */
interface Heard {
  readonly at: number;
  readonly call: Call;
}

interface Waiting {
  readonly rule: AnswerRule;
  due: boolean;
  cancel: () => void;
  /** Who spoke for it. */
  person: string | undefined;
}

/** Calls that are remembered; the oldest is forgotten at the bound. */
const CALLS = 512;

/** The people who hold the phones. They answer when a rule says so, and never by themselves. */
export class People {
  readonly #options: PeopleOptions;
  #heard: Heard[] = [];
  readonly #waiting = new Set<Waiting>();

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** A phone showed a call. */
  hear(call: Call): void {
    const at = this.#options.clock.wall();
    this.#heard = [...this.#heard, { at, call }].slice(-CALLS);
    if (call.answers.includes("shown")) this.#say(call, "shown");
    for (const one of this.#waiting) this.#speak(one);
  }

  /** Somebody answers by this rule; the returned function takes back what has not happened yet. */
  follow(rule: AnswerRule): () => void {
    const { clock } = this.#options;
    const one: Waiting = { rule, due: false, cancel: () => {}, person: undefined };
    this.#waiting.add(one);
    one.cancel = clock.after(Math.max(0, rule.answer_at - clock.wall()), () => {
      one.due = true;
      this.#speak(one);
    });
    return () => {
      one.cancel();
      this.#waiting.delete(one);
    };
  }

  close(): void {
    for (const one of this.#waiting) one.cancel();
    this.#waiting.clear();
  }

  get rules(): number {
    return this.#waiting.size;
  }

  #speak(one: Waiting): void {
    const { clock } = this.#options;
    const { rule, due, person } = one;
    if (!due || person !== undefined) return;
    const first = this.#heard.find((heard) => this.#fits(heard, rule));
    if (first === undefined) return;
    one.person = first.call.person;
    // The latest call of the same person: an earlier one may be over.
    const latest = this.#heard.findLast(
      (heard) => heard.call.person === one.person && this.#fits(heard, rule, true),
    );
    const { call } = latest ?? first;
    const answer = rule.answer ?? (call.answers.includes("coming") ? "coming" : "here");
    this.#say(call, answer);
    if (rule.arrive_after_ms === null || answer !== "coming") return;
    one.cancel = clock.after(rule.arrive_after_ms, () => this.#say(call, "arrived"));
  }

  #fits({ at, call }: Heard, rule: AnswerRule, spokenFor = false): boolean {
    const { role, person, incident, answers } = call;
    const taken = [...this.#waiting].some((other) => other.person === person);
    return (
      role === rule.role &&
      incident?.room === rule.room &&
      at >= rule.since &&
      (rule.answer === undefined ? ["coming", "here"] : [rule.answer]).some((answer) =>
        answers.includes(answer),
      ) &&
      (spokenFor || !taken)
    );
  }

  #say(call: Call, answer: Answer): void {
    const { clock, ended, codeOf, onAnswered } = this.#options;
    const room = answer === "arrived" ? call.incident?.room : undefined;
    const code = room === undefined ? undefined : codeOf(room);
    const options: ReplyOptions = { clock, ended };
    void reply({ call, answer, ...(code === undefined ? {} : { code }) }, options).then(onAnswered);
  }
}
