/**
 * What comes from gateways and what they are answered, put together:
 *
 *   alerts -> admit -> bursts -> store -> answers -> ack        status -> watch        reply -> commands
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { topic } from "@anhu/core/wire";
import type { Logger } from "pino";
import type { Commands } from "../commands/commands.ts";
import type { Watch } from "../gateways/watch.ts";
import type { OwnMetrics } from "../health/own.ts";
import type { RuleBook } from "../incidents/model.ts";
import { dropAcks, dueAcks } from "../store/acks.ts";
import { recordBurst } from "../store/record.ts";
import type { Db } from "../store/schema.ts";
import { admit } from "./admit.ts";
import { busyAck, openAnswers } from "./answers.ts";
import { openBursts } from "./bursts.ts";
import { openMqtt } from "./mqtt.ts";
import type { Credentials } from "./mqtt.ts";

export interface MqttAddress {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
}

export interface IntakeOptions {
  readonly db: Db;
  readonly mqtt: MqttAddress;
  readonly rules: RuleBook;
  readonly watch: Pick<Watch, "expect" | "status">;
  /** Asked when something comes: it is made later than this. */
  readonly commands: () => Pick<Commands, "reply" | "wake">;
  readonly steady: () => number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<OwnMetrics, "commit" | "outcomes">;
  /** A burst was committed: incidents are due, readers have something new. */
  readonly committed: () => void;
}

export interface GatewayIntake {
  /** Resolves when the broker has taken it. */
  publish(topic: string, payload: string): Promise<void>;
  /** Whether the broker is connected. */
  ready(): boolean;
  /** Why the last burst was not recorded; null: it was. */
  trouble(): string | null;
  /** Takes nothing in any more; what was taken is recorded and answered. */
  close(): Promise<void>;
}

/** Connects in its own time. */
export function openIntake(options: IntakeOptions): GatewayIntake {
  const { db, rules, watch, commands, clock, log, metrics } = options;
  const answers = openAnswers({
    due: (limit) => dueAcks(db, limit),
    drop: (ids) => dropAcks(db, ids),
    publish: (to, payload) => mqtt.publish(to, payload),
    clock,
    log,
  });
  const bursts = openBursts({
    async record(intakes) {
      const stop = metrics.commit.startTimer();
      const times = { now: clock.wall(), nowSteady: options.steady() };
      const outcomes = await recordBurst(db, { intakes, rules, ...times });
      stop();
      return outcomes;
    },
    committed() {
      options.committed();
      answers.wake();
    },
    busy: ({ address, ack }, busyMs) => {
      if (ack === null) return;
      mqtt
        .publish(topic(address, "ack"), JSON.stringify(busyAck(ack.boot, busyMs)))
        .catch((thrown: unknown) => log.warn({ reason: messageOf(thrown) }, "busy not said"));
    },
    log,
    outcomes: metrics.outcomes,
  });
  const mqtt = openMqtt({
    ...options.mqtt,
    onAlert(address, payload) {
      watch.expect(address);
      bursts.take(admit(address, payload));
    },
    onStatus: (address, payload, live) => watch.status(address, payload, live),
    onReply: (address, payload) => commands().reply(address, payload),
    onReady() {
      answers.wake();
      commands().wake();
    },
    clock,
    log,
  });
  return {
    publish: (to, payload) => mqtt.publish(to, payload),
    ready: () => mqtt.ready(),
    trouble: () => bursts.trouble(),
    async close() {
      await mqtt.close();
      await bursts.idle();
      await answers.close();
    },
  };
}
