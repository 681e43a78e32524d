import type { Sent } from "../wire/index.ts";
import type { Message } from "./exchanges.ts";
import { Exchanges, PRIORITY } from "./exchanges.ts";
import type { Frame } from "./frame.ts";
import { CentreFramer, COMMAND, encodeFrame } from "./frame.ts";
import type {
  ComponentKey,
  ComponentState,
  PanelState,
  Uitd,
  UitdOptions,
  UitdStats,
} from "./model.ts";
import type { SystemId } from "./adu.ts";
import { DUTY_ANSWER_FLAG, RESET_FLAG } from "./adu.ts";
import type { Part } from "./panel.ts";
import { Panel, systemKey } from "./panel.ts";
import type { Asked } from "./requests.ts";
import { answerRequest, introductions, parseOrder } from "./requests.ts";
import { goRound } from "./rounds.ts";
import type { Spoken } from "./speech.ts";
import { Speech } from "./speech.ts";

/** Starts a transmission device with its panel on a wire. */
export function startUitd(options: UitdOptions): Uitd {
  return new Device(options);
}

const FIRE_BIT = 2;
/** An empty ADU: field practice, the standard has no heartbeat. */
const NOTHING: Spoken = { adu: new Uint8Array(0), facts: [], about: [] };
const FIRE_ALARM_SYSTEM: SystemId = { system: 1, systemAddress: 1 };
/** A frame of the centre that pauses longer in the middle is given up. */
const FRAME_PAUSE_MS = 1000;
/** Packets of rounds that may wait; a round that meets more leaves a packet out. */
const ROUNDS_WAITING = 3;
/** GB/T 26875.3-2011, 6.5.5. */
const RETRIES = 3;
/** Components in one packet of a round: a long packet would hold up a fire. */
const PER_PACKET = 4;
/** 48-bit addresses, as in the vectors. */
const OWN = 889;
const CENTRE = 88_888;

class Device implements Uitd {
  readonly #options: UitdOptions;
  readonly #panel: Panel;
  readonly #speech: Speech;
  readonly #exchanges: Exchanges;
  readonly #framer = new CentreFramer();
  /** Bits of each system as last told. */
  readonly #told = new Map<string, number>();
  readonly #stops: (() => void)[] = [];
  readonly #counts = { roundsSkipped: 0, refused: 0, misaddressed: 0, dutyUnanswered: 0 };
  readonly #asked: Asked;
  #heardAt = 0;
  #cancelDuty = () => {};

  constructor(options: UitdOptions) {
    const { wire, clock, journal, components, lineDevice = null } = options;
    this.#options = options;
    this.#panel = new Panel(components);
    this.#speech = new Speech({
      panel: this.#panel,
      clock,
      journal,
      wire: wire.name,
      lineDevice,
    });
    this.#asked = { panel: this.#panel, speech: this.#speech };
    this.#exchanges = new Exchanges({
      clock,
      confirmTimeoutMs: options.confirmTimeoutMs ?? 10_000,
      retries: RETRIES,
      limit: options.spoolLimit ?? 10_000,
      parkMs: options.spoolPauseMs ?? 30_000,
      encode: (message, serial) => this.#frame({ serial, command: COMMAND.send, adu: message.adu }),
      send: (bytes, done) => wire.send(bytes, done),
    });
    wire.attach({ bytes: (bytes) => this.#receive(bytes) });
    for (const id of this.#panel.systems.values()) this.#rememberTold(id);
    this.#introduce();
    this.#startRounds();
  }

  setComponent(key: ComponentKey, patch: Partial<ComponentState>): void {
    const part = this.#panel.set(key, patch);
    if (part === null) return;
    this.#tellPart(part);
    this.#tellSystem(part.id);
  }

  setAnalog(key: ComponentKey, value: number): void {
    const part = this.#panel.part(key);
    if (part.analog === null) throw new RangeError(`${key} has no analog value`);
    part.analog = { ...part.analog, value };
  }

  setPanel(patch: Partial<PanelState>): void {
    this.#panel.own = { ...this.#panel.own, ...patch };
    for (const id of this.#panel.systems.values()) this.#tellSystem(id);
  }

  resetPanel(): void {
    const parts = this.#panel.reset();
    this.#press(FIRE_ALARM_SYSTEM, RESET_FLAG);
    for (const part of parts) this.#tellPart(part);
    for (const id of this.#panel.systems.values()) this.#tellSystem(id);
  }

  stats(): UitdStats {
    return {
      ...this.#exchanges.counts,
      ...this.#counts,
      waiting: this.#exchanges.count(),
      skippedBytes: this.#framer.skipped,
    };
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#cancelDuty();
    this.#exchanges.close();
  }

  // --- up ---

  #tellPart(part: Part): void {
    const priority = part.state.fire ? PRIORITY.fire : PRIORITY.change;
    this.#upload(this.#speech.componentStates([part]), priority);
  }

  #tellSystem({ system, systemAddress }: SystemId): void {
    const id = { system, systemAddress };
    const before = this.#told.get(systemKey(id)) ?? 0;
    const bits = this.#rememberTold(id);
    if (bits === before) return;
    const newFire = (bits & ~before & FIRE_BIT) !== 0;
    this.#upload(this.#speech.systemStates([id]), newFire ? PRIORITY.fire : PRIORITY.change);
  }

  #rememberTold(id: SystemId): number {
    const bits = this.#panel.systemBits(id);
    this.#told.set(systemKey(id), bits);
    return bits;
  }

  /** A button of the panel (`system`), or of the transmission device (null). */
  #press(system: SystemId | null, flags: number): void {
    this.#upload(this.#speech.operation({ system, flags, operator: 1 }), PRIORITY.change);
  }

  #upload({ adu, facts, about }: Spoken, priority: Message["priority"]): void {
    const { clock, journal } = this.#options;
    const confirmed = () => {
      for (const id of facts) journal.learn(id, { confirmed_at: clock.wall() });
    };
    const keep = priority !== PRIORITY.round;
    this.#exchanges.submit({ adu, about, priority, keep, sent: this.#learner(facts), confirmed });
  }

  /** After power-on and initialisation, unless it is still at it: who it is, and what its parts are called. */
  #introduce(): void {
    if (this.#busy) return;
    for (const request of introductions(this.#panel, PER_PACKET)) {
      const spoken = answerRequest(request, this.#asked);
      if (spoken !== null) this.#upload(spoken, PRIORITY.round);
    }
  }

  #startRounds(): void {
    const { clock, heartbeatMs = 30_000, stateRoundMs = 600_000 } = this.#options;
    const { analogRoundMs = 60_000 } = this.#options;
    const perTurn = PER_PACKET;
    const parts = [...this.#panel.parts.values()];
    const measuring = parts.filter((part) => part.analog !== null);
    const systems = [...this.#panel.systems.values()];
    this.#stops.push(
      goRound({ clock, roundMs: stateRoundMs, perTurn }, parts, (group) =>
        this.#turn(() => this.#speech.componentStates(group)),
      ),
      goRound({ clock, roundMs: stateRoundMs, perTurn }, systems, (group) => {
        this.#turn(() => this.#speech.systemStates(group));
        this.#turn(() => this.#speech.uitdState());
      }),
      goRound({ clock, roundMs: analogRoundMs, perTurn }, measuring, (group) =>
        this.#turn(() => this.#speech.analogs(group)),
      ),
      goRound({ clock, roundMs: heartbeatMs, perTurn }, [NOTHING], () => this.#turn(() => NOTHING)),
    );
  }

  #turn(speak: () => Spoken): void {
    if (this.#busy) this.#counts.roundsSkipped += 1;
    else this.#upload(speak(), PRIORITY.round);
  }

  get #busy(): boolean {
    return this.#exchanges.count(PRIORITY.round) > ROUNDS_WAITING;
  }

  /** What the journal learns of a message: its first attempt, and the first that somebody heard. */
  #learner(facts: readonly string[]): (sent: Sent) => void {
    let known: Sent | null = null;
    return (sent) => {
      if (known !== null && (known.heard || !sent.heard)) return;
      known = sent;
      const learned = { sent_at: sent.at, listened: sent.heard };
      for (const id of facts) this.#options.journal.learn(id, learned);
    };
  }

  // --- down ---

  #receive(bytes: Uint8Array): void {
    const now = this.#options.clock.monotonic();
    const hidden = now - this.#heardAt > FRAME_PAUSE_MS ? this.#framer.giveUp() : [];
    this.#heardAt = now;
    for (const frame of [...hidden, ...this.#framer.push(bytes)]) {
      if (frame.destination === OWN) this.#obey(frame);
      else this.#counts.misaddressed += 1;
    }
  }

  #obey(frame: Frame): void {
    const { serial, command, adu } = frame;
    if (command === COMMAND.confirm) return this.#exchanges.confirmed(serial);
    if (command === COMMAND.deny) return this.#exchanges.denied(serial);
    if (command === COMMAND.request) return this.#answer(serial, adu);
    const order = command === COMMAND.control ? parseOrder(adu) : null;
    if (order === null) return this.#deny(serial);
    this.#reply(COMMAND.confirm, serial);
    switch (order.order) {
      case "initialise":
        this.#speech.records = [];
        return this.#introduce();
      case "set_clock":
        return this.#speech.setClock(order.utcMs);
      case "duty_check":
        return this.#dutyCheck(order.minutes);
    }
  }

  #answer(serial: number, adu: Uint8Array): void {
    const spoken = answerRequest(adu, this.#asked);
    if (spoken === null) this.#deny(serial);
    else this.#reply(COMMAND.answer, serial, spoken);
  }

  #deny(serial: number): void {
    this.#counts.refused += 1;
    this.#reply(COMMAND.deny, serial);
  }

  #reply(command: number, serial: number, spoken: Spoken = NOTHING): void {
    const bytes = this.#frame({ serial, command, adu: spoken.adu });
    this.#options.wire.send(bytes, this.#learner(spoken.facts));
  }

  /** A second check while one waits takes its place: one button answers both. */
  #dutyCheck(minutes: number): void {
    const { clock, dutyAnswerMs = 2000 } = this.#options;
    this.#cancelDuty();
    const limitMs = minutes * 60_000;
    const answered = dutyAnswerMs !== null && dutyAnswerMs <= limitMs;
    this.#cancelDuty = clock.after(answered ? dutyAnswerMs : limitMs, () => {
      if (!answered) {
        this.#counts.dutyUnanswered += 1;
        return;
      }
      this.#press(null, DUTY_ANSWER_FLAG);
    });
  }

  #frame({ serial, command, adu }: Pick<Frame, "serial" | "command" | "adu">): Uint8Array {
    const time = this.#speech.label();
    const version = [1, 1] as const;
    return encodeFrame({ serial, version, time, source: OWN, destination: CENTRE, command, adu });
  }
}
