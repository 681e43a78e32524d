/** One gateway, wired: lines and local MQTT -> pipeline -> outbox -> uplink. */
import { join } from "node:path";
import { detectionModel } from "@anhu/core/detection";
import { messageOf } from "@anhu/core/errors";
import type { FacilityIndex, Gateway, Line } from "@anhu/core/facility";
import { RULES } from "@anhu/core/rules";
import type { Alert, GatewayAddress, Status } from "@anhu/core/wire";
import { EdgeClock } from "./clock/edge-clock.ts";
import { ntpSynchronized } from "./clock/synchronized.ts";
import { Detector } from "./detect/detector.ts";
import { SERIAL_DRIVERS } from "./drivers/index.ts";
import type { RunningLine } from "./lines/index.ts";
import { openPort, runLine } from "./lines/index.ts";
import type { LocalBroker, SirenSet } from "./local/index.ts";
import { Siren, startLocalBroker } from "./local/index.ts";
import { configError, orThrow } from "./mistakes.ts";
import type { Outbox, OutboxStats, Remembered, WaitingAlert } from "./outbox/index.ts";
import { Dedup } from "./pipeline/dedup.ts";
import { Names } from "./pipeline/names.ts";
import { Pipeline } from "./pipeline/pipeline.ts";
import type { EdgeMetrics } from "./status/metrics.ts";
import { edgeMetrics } from "./status/metrics.ts";
import type { Facts, Part } from "./status/status.ts";
import { healthOf, statusOf } from "./status/status.ts";
import type { Edge, EdgeOptions, EdgeStats } from "./options.ts";
import type { SenderEvent, UplinkIdentity } from "./uplink/index.ts";
import { Unheard, Uplink } from "./uplink/index.ts";
import { verbsOf } from "./verbs/index.ts";

const STATS_EVERY_MS = 5_000;

/** What stands before the gateway runs. */
export interface Ground {
  /** Its own folder. */
  readonly folder: string;
  readonly index: FacilityIndex;
  readonly boot: string;
  readonly outbox: Outbox;
  readonly remembered: Remembered;
  readonly stats: OutboxStats;
}

export class RunningEdge implements Edge {
  readonly #options: EdgeOptions;
  readonly #ground: Ground;
  readonly #metrics: EdgeMetrics;
  readonly #edgeClock: EdgeClock;
  readonly #detector: Detector;
  readonly #siren: Siren;
  readonly #unheard: Unheard;
  readonly #pipeline: Pipeline;
  readonly #lines: RunningLine[] = [];
  #local: LocalBroker | null = null;
  #uplink: Uplink | null = null;
  #outboxStats: OutboxStats;
  #isUnheard = false;
  #cancelStats: () => void = () => {};

  constructor(options: EdgeOptions, ground: Ground) {
    const { clock, log } = options;
    const { index, outbox, remembered } = ground;
    this.#options = options;
    this.#ground = ground;
    this.#outboxStats = ground.stats;
    this.#metrics = edgeMetrics({ clock, log });
    this.#edgeClock = new EdgeClock({
      clock,
      last: remembered.lastStamp,
      synchronized: options.synchronized ?? ntpSynchronized(clock),
    });
    const names = new Names(index, remembered.slots);
    this.#detector = new Detector(
      detectionModel(index),
      remembered.slots.filter(([key]) => !Siren.owns(key) && !Names.owns(key)),
    );
    const send = (set: SirenSet): void => this.#local?.siren(set);
    this.#siren = new Siren({ rules: RULES, clock, send }, remembered.slots);
    this.#unheard = new Unheard(clock, (state) => this.#sayUnheard(state));
    this.#pipeline = new Pipeline({
      clock,
      edgeClock: this.#edgeClock,
      detector: this.#detector,
      names,
      dedup: new Dedup(remembered.dedup),
      outbox,
      log,
      siren: (alerts) => this.#siren.apply(alerts),
      raised: (alerts) => this.#raised(alerts),
      committed: (hasAlerts) => this.#uplink?.committed(hasAlerts),
      otherSlots: () => this.#siren.slots(),
      count: this.#metrics.pipeline,
    });
  }

  get ports(): readonly number[] {
    return this.#local?.ports ?? [];
  }

  /** `waiting`: alerts of an earlier run that nobody has acknowledged. */
  async start(waiting: readonly WaitingAlert[]): Promise<void> {
    const { facility, gateway: id, identity, log } = this.#options;
    const [gateway] = this.#ground.index.gateways;
    if (gateway === undefined) throw configError("unknown_gateway", id);
    for (const { alert } of waiting) this.#unheard.raised(alert);
    this.#siren.start();
    this.#pipeline.start();
    this.#watchOutbox();
    if (gateway.mqtt !== undefined) this.#local = await this.#startLocal(gateway);
    this.#siren.online();
    for (const line of gateway.lines) this.#lines.push(this.#startLine(line));
    if (identity === null) log.error("no identity for a central broker: alerts stay here");
    else {
      const address = { facility: facility.facility.id, gateway: gateway.id };
      this.#uplink = this.#startUplink(identity, address, waiting);
    }
  }

  async stats(): Promise<EdgeStats> {
    this.#outboxStats = await this.#ground.outbox.stats();
    return {
      boot: this.#ground.boot,
      ...this.#metrics.totals,
      outbox: this.#outboxStats,
      uplinkUp: this.#uplink?.up ?? false,
      unheard: this.#isUnheard,
      openLines: this.#lines.filter((line) => line.isOpen()).map((line) => line.id),
    };
  }

  health(): { readonly parts: Readonly<Record<string, Part>> } {
    return { parts: healthOf(this.#facts()) };
  }

  metrics(): Promise<string> {
    return this.#metrics.registry.metrics();
  }

  async stop(): Promise<void> {
    for (const line of this.#lines) line.stop();
    await this.#local?.close();
    await this.#pipeline.stop();
    await this.#uplink?.stop();
    this.#cancelStats();
    this.#unheard.stop();
    this.#siren.stop();
    await this.#ground.outbox.close();
  }

  #startLocal(gateway: Gateway): Promise<LocalBroker> {
    const { clock, log, listeners } = this.#options;
    return startLocalBroker({
      gateway,
      listeners,
      identities: join(this.#ground.folder, "local-identities.db"),
      clock,
      log,
      metrics: this.#metrics.registry,
      accept: (message) => this.#pipeline.accept(message),
      sirenOnline: () => this.#siren.online(),
      sirenState: (on) => this.#siren.stateIs(on),
    });
  }

  #startLine(line: Line): RunningLine {
    const { clock, log, dataDir } = this.#options;
    const driver = SERIAL_DRIVERS.find(({ name }) => name === line.driver);
    if (driver === undefined) throw configError("unknown_driver", `${line.driver} of ${line.id}`);
    const parts = { dataDir, clock, random: this.#random };
    this.#metrics.line(line.id, false);
    return runLine({
      line,
      driver,
      port: orThrow(openPort(line, driver.defaultBaud, parts)),
      clock,
      log,
      accept: (message) => this.#pipeline.accept(message),
      refuse: (wire, reason, raw) => this.#pipeline.refuse(wire, reason, raw),
      trustedNow: () => (this.#edgeClock.quality().source === "none" ? null : clock.wall()),
      opened: (id, isOpen) => this.#metrics.line(id, isOpen),
    });
  }

  #startUplink(
    identity: UplinkIdentity,
    address: GatewayAddress,
    waiting: readonly WaitingAlert[],
  ): Uplink {
    const { clock, log } = this.#options;
    const [gateway] = this.#ground.index.gateways;
    const parts = {
      identity,
      address,
      outbox: this.#ground.outbox,
      clock,
      log,
      random: this.#random,
      now: () => this.#edgeClock.now(),
      heard: (keys: readonly string[]) => this.#unheard.heard(keys),
      count: (event: SenderEvent, by: number) => this.#metrics.uplink(event, by),
      status: (state: Status["state"]) => statusOf(state, this.#facts()),
      commands: {
        now: () => ({ wall: clock.wall(), source: this.#edgeClock.quality().source }),
        verbs: verbsOf({
          siren: gateway?.siren === undefined ? null : this.#siren,
          pipeline: this.#pipeline,
          knows: (device) => this.#ground.index.devices.has(device),
          now: () => clock.wall(),
          ownNow: () => this.#edgeClock.now(),
          sayStatus: () => this.#uplink?.sayStatus(),
          log,
        }),
      },
    };
    return new Uplink(parts, waiting);
  }

  #raised(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      this.#unheard.raised(alert);
      const { id, phase, severity } = alert;
      this.#options.log.info({ alert: id, phase, severity }, "alert");
    }
  }

  #sayUnheard(isUnheard: boolean): void {
    const { log } = this.#options;
    this.#isUnheard = isUnheard;
    if (isUnheard) log.error("alarms are not reaching anybody");
    else log.info("alarms are reaching the centre again");
    this.#metrics.unheard(isUnheard);
    this.#siren.unheard(isUnheard);
  }

  #watchOutbox(): void {
    const { clock, log } = this.#options;
    const look = async (): Promise<void> => {
      const before = this.#outboxStats.medium;
      const now = (await this.stats()).outbox;
      this.#metrics.outbox(now);
      if (now.medium === before) return;
      log.error({ medium: now.medium, trouble: now.trouble }, "the outbox has moved");
    };
    this.#cancelStats = clock.after(STATS_EVERY_MS, () => {
      this.#watchOutbox();
      look().catch((thrown: unknown) =>
        log.error({ why: messageOf(thrown) }, "no outbox statistics"),
      );
    });
  }

  #facts(): Facts {
    const { version = "0", config = "" } = this.#options;
    const open = this.#lines.filter((line) => line.isOpen()).length;
    return {
      boot: this.#ground.boot,
      version,
      config,
      at: this.#edgeClock.now(),
      clock: this.#edgeClock.quality(),
      outbox: this.#outboxStats,
      devices: this.#detector.devices(),
      lines: { open, total: this.#lines.length },
      uplinkUp: this.#uplink?.up ?? false,
      unheard: this.#isUnheard,
    };
  }

  readonly #random = (): number => (this.#options.random ?? Math.random)();
}
