/** What a gateway is given, and what it can be asked. */
import type { Listener } from "@anhu/broker";
import type { Facility } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { OutboxStats } from "./outbox/index.ts";
import type { Part } from "./status/status.ts";
import type { UplinkIdentity } from "./uplink/index.ts";

export interface EdgeOptions {
  readonly facility: Facility;
  /** Which gateway of the facility this one is. */
  readonly gateway: string;
  /** null: there is no centre; the facility stands alone and its siren says that alarms reach nobody. */
  readonly identity: UplinkIdentity | null;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the gateway's own MQTT broker; none are needed when the facility file has no `mqtt`. */
  readonly listeners: readonly Listener[];
  /** Hash of the facility file, and version of the program: stand in the status. */
  readonly config?: string;
  readonly version?: string;
  readonly random?: () => number;
  /** Default: what systemd-timesyncd says. */
  readonly synchronized?: () => boolean;
  readonly outboxBytes?: number;
  readonly reserveBytes?: number;
}

export interface EdgeStats {
  readonly boot: string;
  readonly points: number;
  readonly alerts: number;
  readonly dropped: number;
  readonly resent: number;
  readonly outbox: OutboxStats;
  readonly uplinkUp: boolean;
  readonly unheard: boolean;
  readonly openLines: readonly string[];
}

export interface Edge {
  /** Ports of the gateway's own broker, in the order of the listeners. */
  readonly ports: readonly number[];
  stats(): Promise<EdgeStats>;
  health(): { readonly parts: Readonly<Record<string, Part>> };
  metrics(): Promise<string>;
  /** Commits what is in memory, says goodbye, closes everything. */
  stop(): Promise<void>;
}
