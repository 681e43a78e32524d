/**
 * The way of a message through the gateway.
 *
 *   decoded --> dedup --> name + stamp --> detect --> siren --> commit --> answer
 *      |          |           |                                   |
 *   refused    answered    unknown: dead letter             not durable: no answer,
 *   counted    again                                        the sender sends it again
 */
import type { StampedPoint } from "@anhu/core/detection";
import { AnhuError } from "@anhu/core/errors";
import type { Found } from "../detect/detector.ts";
import type { Decoded, SceneReset } from "../drivers/index.ts";
import { Committer } from "./committer.ts";
import type { Message, PipelineParts, ResetOutcome } from "./model.ts";
import { Stamps } from "./stamps.ts";

/** Readings in memory, waiting for the disk; beyond it new ones are dropped and not answered. Alerts never. */
const WAITING_BYTES = 4 * 1024 * 1024;
const TICK_LEAST_MS = 50;
const TICK_MOST_MS = 10_000;

export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #committer: Committer;
  readonly #stamps: Stamps;
  #cancelTick: () => void = () => {};
  #stopped = false;

  constructor(parts: PipelineParts) {
    const { edgeClock, detector, names, otherSlots, count } = parts;
    this.#parts = parts;
    this.#stamps = new Stamps(edgeClock);
    this.#committer = new Committer(
      {
        ...parts,
        lastStamp: () => edgeClock.last(),
        everySlot: () => [...detector.slots(), ...names.slots(), ...otherSlots()],
        dropped: (wire, reason, by) => count.dropped(wire, reason, by),
      },
      edgeClock.quality(),
    );
  }

  /** Continues where an earlier run ended. */
  start(): void {
    const { detector, edgeClock, names } = this.#parts;
    this.#found(detector.resume(this.#enter()));
    const { points, slots } = names.declared();
    this.#committer.pending.slots(slots);
    for (const point of this.#stamps.give(points)) this.#found(detector.points(point.at, [point]));
    // Without a clock nobody can tell whether a test is over: an alarm must not be taken for a drill.
    const isUntimed = edgeClock.quality().source === "none";
    for (const device of isUntimed ? detector.tests() : [])
      this.#found(detector.testMode(this.#enter(), device, null));
    this.#committer.soon({ answered: false });
    this.#planTick();
  }

  /** Takes a message; resolves true when it is on the disk, also when it was refused for good: it need not be sent again. */
  accept(message: Message): Promise<boolean> {
    const { result, wire } = message;
    if (!result.ok) {
      this.refuse(wire, result.reason, message.raw);
      return Promise.resolve(true);
    }
    const key = result.dedup === null ? null : { source: wire, key: result.dedup };
    const known = key === null ? undefined : this.#parts.dedup.find(key);
    if (known !== undefined) {
      this.#parts.count.repeated(wire);
      if (!this.#attempt(message, () => this.#again(message, result))) {
        this.#committer.soon({ answered: false });
        return known;
      }
    } else if (!this.#attempt(message, () => this.#store(message, result))) {
      this.#committer.soon(message);
      return Promise.resolve(false);
    }
    const { durable } = this.#committer;
    if (key !== null) {
      this.#committer.pending.dedup(key);
      this.#parts.dedup.add(key, durable);
    }
    this.#committer.soon(message);
    return durable;
  }

  /** A person at the scene resets these alerts (ids). Resolves when it is on the disk, or known not to be: it is done all the same. */
  async resetAlerts(alerts: readonly string[]): Promise<ResetOutcome> {
    const { detector } = this.#parts;
    const durable = this.#act(() => detector.resetAlerts(this.#enter(), alerts));
    // One that holds no longer is cleared, whoever cleared it.
    const cleared = alerts.filter((id) => !detector.isActive(id));
    const stillActive = alerts.filter((id) => detector.isActive(id));
    await durable;
    return { cleared, stillActive };
  }

  /** Until then (UTC ms) alerts of the device are drills and sound nothing; null: no longer. Resolves whether it is on the disk. */
  testMode(device: string, until: number | null): Promise<boolean> {
    return this.#act(() => this.#parts.detector.testMode(this.#enter(), device, until));
  }

  /** Counts what was not understood and keeps it as a dead letter. */
  refuse(wire: string, reason: string, raw: Uint8Array): void {
    const { count, edgeClock } = this.#parts;
    count.dropped(wire, reason);
    this.#committer.pending.deadLetter({ at: edgeClock.now(), source: wire, reason }, raw);
    this.#committer.soon({ answered: false });
  }

  /** Commits what waits; resolves when nothing does, or with `false` when the disk did not take it. */
  stop(): Promise<boolean> {
    this.#stopped = true;
    this.#cancelTick();
    return this.#committer.stop();
  }

  /** What a person does is committed at once. */
  #act(run: () => Found): Promise<boolean> {
    this.#found(run());
    const { durable } = this.#committer;
    this.#committer.urgent();
    this.#committer.soon({ answered: true });
    return durable;
  }

  /** A message that finds a mistake of ours costs itself, not the gateway. */
  #attempt(message: Message, handle: () => boolean): boolean {
    try {
      return handle();
    } catch (thrown) {
      this.#parts.log.error({ err: thrown, wire: message.wire }, "a message could not be handled");
      this.refuse(message.wire, "internal_error", message.raw);
      return false;
    }
  }

  /**
   * A device whose clock and count stand still says in a new fire what it said in the last. So an alarm that seems to be sent again
   * is looked at again, without being stored again: while the first one lasts it changes nothing. True: it is a new one, whose own
   * commit answers it. Everything else that is said again is a sign of life.
   */
  #again({ wire }: Message, { points, signals }: Decoded): boolean {
    const { names, detector } = this.#parts;
    const at = this.#enter();
    if (!signals.some(({ class: is, active }) => is === "alarm" && active)) {
      this.#found(detector.heard(at, [wire]));
      return false;
    }
    const named = names.name(wire, points, signals);
    this.#committer.pending.slots(named.slots);
    const stamped = this.#stamps.give(named.points);
    const last = stamped.at(-1);
    if (last === undefined) return false;
    const found = detector.points(last.at, stamped);
    this.#found(found);
    return found.alerts.length > 0;
  }

  /** Puts one message's facts where they belong; false when there was no room for its readings. */
  #store(message: Message, decoded: Decoded): boolean {
    const { names, detector, count } = this.#parts;
    const at = this.#enter();
    const named = names.name(message.wire, decoded.points, decoded.signals);
    if (named.unknown.length > 0) this.refuse(message.wire, "unknown_device", message.raw);
    const points = this.#stamps.give(named.points);
    if (points.length === 0) this.#found(detector.heard(at, [message.wire]));
    const hasRoom = this.#committer.waitingBytes < WAITING_BYTES;
    const stored = hasRoom ? points.filter((point) => this.#add(message.wire, point)) : points;
    if (!hasRoom && points.length > 0) count.dropped(message.wire, "backpressure", points.length);
    if (hasRoom) count.points(stored.length);
    this.#committer.pending.slots(named.slots);
    const last = stored.at(-1);
    if (last !== undefined) this.#found(detector.points(last.at, stored));
    for (const reset of decoded.resets ?? []) this.#reset(message.wire, reset);
    if (decoded.resetKey === true) this.#found(detector.resetAlerts(this.#enter(), "latched"));
    return hasRoom;
  }

  /** A person at the panel ended its alarms; what still burns is said again by the panel. */
  #reset(wire: string, { address, at }: SceneReset): void {
    const { names, detector } = this.#parts;
    const { slots, ...reset } = names.reset(wire, address);
    this.#committer.pending.slots(slots);
    const said = at === null ? {} : { said: at };
    this.#found(detector.reset(this.#enter(), { ...reset, ...said }));
  }

  /** A new stamp for what happens now; before it, what the clock learnt is told to the outbox. */
  #enter(): number {
    const { edgeClock } = this.#parts;
    const shiftMs = edgeClock.takeShift();
    if (shiftMs !== null) this.#committer.trust(shiftMs);
    const at = edgeClock.stamp();
    this.#committer.stampedBy(edgeClock.quality());
    return at;
  }

  #add(wire: string, point: StampedPoint): boolean {
    try {
      this.#committer.pending.point(point);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof AnhuError)) throw thrown;
      this.#parts.count.dropped(wire, thrown.code);
      return false;
    }
  }

  #found({ alerts, slots }: Found): void {
    const { siren, raised, count } = this.#parts;
    this.#committer.pending.slots(slots);
    if (alerts.length === 0) return;
    // The siren sounds before anything is written: the disk may hang.
    this.#committer.pending.slots(siren(alerts));
    raised(alerts);
    count.alerts(alerts.length);
    count.dropped("alerts", "alerts_bound", this.#committer.pending.alerts(alerts));
    this.#committer.urgent();
  }

  /** Own time can be slower or faster than a timer: early is looked at again, late is noticed by the detector. */
  #planTick(): void {
    const { clock, detector, edgeClock } = this.#parts;
    this.#cancelTick();
    if (this.#stopped) return;
    const delayMs = Math.min(
      Math.max(detector.wakeAt - edgeClock.now(), TICK_LEAST_MS),
      TICK_MOST_MS,
    );
    this.#cancelTick = clock.after(delayMs, () => {
      this.#found(detector.tick(this.#enter()));
      this.#committer.soon({ answered: false });
      this.#planTick();
    });
  }
}
