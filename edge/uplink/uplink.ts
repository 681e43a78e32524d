/** Everything between the outbox and the centre: line, sender, acks, commands, status. */
import type { Clock } from "@anhu/core/time";
import { parseAck } from "@anhu/core/wire";
import type { Channel, GatewayAddress, Status } from "@anhu/core/wire";
import type { Logger } from "pino";
import type { Outbox, WaitingAlert } from "../outbox/index.ts";
import type { CommandParts } from "./commands.ts";
import { Commands } from "./commands.ts";
import type { UplinkIdentity } from "./identity.ts";
import { UplinkLine } from "./line.ts";
import type { SenderParts } from "./sender.ts";
import { Sender } from "./sender.ts";

export interface UplinkParts {
  readonly identity: UplinkIdentity;
  readonly address: GatewayAddress;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly now: () => number;
  readonly heard: SenderParts["heard"];
  readonly count: SenderParts["count"];
  readonly commands: CommandParts;
  readonly status: (state: Status["state"]) => Status;
}

/** CONTRACTS.md, status. */
const STATUS_EVERY_MS = 30_000;

export class Uplink {
  readonly #parts: UplinkParts;
  readonly #line: UplinkLine;
  readonly #sender: Sender;
  readonly #commands: Commands;
  #cancelStatus: () => void = () => {};

  constructor(parts: UplinkParts, waiting: readonly WaitingAlert[]) {
    this.#parts = parts;
    this.#commands = new Commands(parts.commands);
    this.#sender = new Sender({
      ...parts,
      publish: (channel, payload) => this.#line.publish(channel, payload, { retain: false }),
    });
    this.#sender.waiting(waiting);
    this.#line = new UplinkLine({
      ...parts,
      will: () => parts.status("offline"),
      onUp: () => {
        this.#sender.connected();
        this.sayStatus();
      },
      onDown: () => this.#sender.disconnected(),
      onMessage: (channel, payload) => this.#received(channel, payload),
    });
  }

  get up(): boolean {
    return this.#line.up;
  }

  /** Something new is in the outbox. */
  committed(hasAlerts: boolean): void {
    this.#sender.committed(hasAlerts);
  }

  /** Publishes the status now, and then every 30 s. */
  sayStatus(): void {
    this.#cancelStatus();
    this.#cancelStatus = this.#parts.clock.after(STATUS_EVERY_MS, () => this.sayStatus());
    this.#publishStatus("online");
  }

  async stop(): Promise<void> {
    this.#cancelStatus();
    this.#sender.stop();
    this.#publishStatus("offline");
    await this.#line.close();
  }

  #publishStatus(state: Status["state"]): void {
    const status = JSON.stringify(this.#parts.status(state));
    this.#line.publish("status", status, { retain: true });
  }

  #received(channel: Channel, payload: Uint8Array): void {
    if (channel === "ack") {
      const ack = parseAck(payload);
      if (ack.ok) this.#sender.acked(ack.value);
      else this.#parts.log.error({ ...ack.error }, "an ack that cannot be read");
    }
    if (channel !== "command") return;
    const reply = this.#commands.receive(payload);
    if (reply === undefined) this.#parts.log.error("a command that cannot be read");
    void reply?.then((answer) =>
      this.#line.publish("reply", JSON.stringify(answer), { retain: false }),
    );
  }
}
