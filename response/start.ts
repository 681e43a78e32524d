/**
 * Puts response together: store, watch, HTTP, then MQTT, so that nothing comes in before it can be kept; stopped in reverse.
 *
 *   MQTT alerts -> admit -> bursts -> store (incident, ledger, outbox) -> answers -> MQTT ack
 *   MQTT status -> watch ------------^        |  ^
 *                                             |  +-- escalation: who is called --> deliveries -> channels
 *                                             +-> bell -> HTTP stream, deliveries -> channels -> people
 */
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import { openChannelMetrics } from "./channels/metrics.ts";
import { openPeopleChannels } from "./channels/open.ts";
import { openCommandQueue } from "./commands/commands.ts";
import { commandDone } from "./commands/done.ts";
import { openEscalations } from "./escalation/open.ts";
import { callSent } from "./escalation/receipts.ts";
import { openSteady } from "./escalation/steady.ts";
import { openExporter } from "./export/exporter.ts";
import type { PointsStore } from "./export/influx.ts";
import { openFacilities } from "./facilities/files.ts";
import { openNames } from "./facilities/names.ts";
import { isRemoved } from "./gateways/removed.ts";
import { openWatch } from "./gateways/watch.ts";
import { openHealth } from "./health/health.ts";
import type { Health } from "./health/health.ts";
import { openMetrics } from "./health/own.ts";
import { ownParts } from "./health/parts.ts";
import type { LanAddress } from "./http/listeners.ts";
import { openHttp } from "./http/open.ts";
import { ruleBook as rules } from "./incidents/rules.ts";
import { openIntake } from "./intake/open.ts";
import type { MqttAddress } from "./intake/open.ts";
import type { Readings } from "./readings/readings.ts";
import { openAged } from "./store/aged.ts";
import { Bell } from "./store/bell.ts";
import { saveFacilities } from "./store/facilities.ts";
import { loadGateways, recordSilence, saveGateways } from "./store/gateways.ts";
import { openStore } from "./store/open.ts";
import { recordWithin } from "./store/record.ts";

export interface ResponseOptions {
  readonly dataDir: string;
  /** PostgreSQL; undefined: SQLite in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  /** 0: any free port. */
  readonly httpPort: number;
  /** The console as it was built; it need not be there yet. */
  readonly consoleDir: string;
  /** The listener with TLS on the local network; undefined: none. */
  readonly lan?: LanAddress | undefined;
  readonly mqtt: MqttAddress;
  readonly readings: Readings;
  /** Where incidents and deliveries are written for boards; undefined: nowhere (the console reads the database). */
  readonly points?: PointsStore | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Response {
  readonly ports: { readonly http: number; readonly lan?: number };
  readonly health: Health;
  close(): Promise<void>;
}

/** Starts response. Resolves when HTTP listens; the broker may come later. Throws `port_taken` and `migration_failed`. */
export async function startResponse(options: ResponseOptions): Promise<Response> {
  const { dataDir, readings, clock, log } = options;
  const db = await openStore({
    dataDir,
    databaseUrl: options.databaseUrl,
    warn: (text) => log.warn({ reason: text }, "an idle connection to the database broke"),
  });
  const changes = new Bell(clock);
  const steady = await openSteady(db, clock);
  const metrics = openMetrics(db, () => watch.counts());

  const watch = await openWatch({
    load: () => loadGateways(db),
    save: (rows) => saveGateways(db, rows),
    async recordSilence(row, alert) {
      const times = { now: clock.wall(), nowSteady: steady.now() };
      await recordSilence(db, { row, alert, rules, ...times });
      escalation.wake();
      changes.ring();
    },
    isRemoved: ({ facility, gateway }) => isRemoved(facilities.byId.get(facility), gateway),
    clock,
    log,
    refused: metrics.statusRefused,
  });
  /** What else follows from changed files, once there is somebody to do it. */
  let alsoChanged = (): void => {};
  const facilities = await openFacilities({
    dataDir,
    clock,
    log,
    async changed({ byId }) {
      alsoChanged();
      await saveFacilities(db, byId.values());
      for (const { facility, gateways } of byId.values()) {
        for (const { id } of gateways) watch.expect({ facility: facility.id, gateway: id });
      }
    },
  });
  const names = openNames({ dataDir, clock, log });

  const intake = openIntake({
    db,
    mqtt: options.mqtt,
    rules,
    watch,
    commands: () => commands,
    steady: () => steady.now(),
    clock,
    log,
    metrics,
    committed() {
      escalation.wake();
      changes.ring();
    },
  });
  const channelMetrics = openChannelMetrics(metrics.registry);
  const commands = openCommandQueue({
    db,
    publish: (to, payload) => intake.publish(to, payload),
    async done(tx, command) {
      await commandDone(tx, command, clock.wall());
    },
    clock,
    log,
    outcomes: channelMetrics.commands,
  });
  let ports: Response["ports"] = { http: options.httpPort };
  const people = openPeopleChannels({
    db,
    dataDir,
    facilities,
    run: (...command) => commands.run(...command),
    changes,
    clock,
    steady: () => steady.now(),
    log,
    metrics: channelMetrics,
    ownAddress: () => `http://127.0.0.1:${ports.http}`,
    lanAddress: () =>
      options.lan === undefined || ports.lan === undefined
        ? null
        : `https://${options.lan.host}:${ports.lan}`,
    settled: () => escalation.wake(),
    callSent,
    recordAlert: (tx, alert, at) => recordWithin(tx, { intakes: [alert], rules, ...at }),
  });
  const escalation = openEscalations({
    db,
    dataDir,
    facilities,
    rules,
    steady,
    changes,
    clock,
    log,
    registry: metrics.registry,
    commands,
    random: Math.random,
  });
  alsoChanged = () => {
    people.facilitiesChanged();
    escalation.facilitiesChanged();
  };

  const aged = openAged({
    db,
    clock,
    steady: () => steady.now(),
    log,
    registry: metrics.registry,
  });
  const exporter =
    options.points === undefined
      ? null
      : openExporter({
          db,
          store: options.points,
          rules,
          changes,
          clock,
          log,
          registry: metrics.registry,
        });
  const health = openHealth({
    own: () => ownParts({ db, intake, escalation, people, exporter, watch, facilities, names }),
    registry: metrics.registry,
    clock,
  });
  const http = await openHttp({
    db,
    rules,
    facilities,
    names,
    health,
    readings,
    changes,
    pages: people.pages,
    run: (draft, timeoutMs) => commands.run(draft, timeoutMs),
    actions: escalation.actions,
    steady: () => steady.now(),
    clock,
    dataDir,
    lan: options.lan,
    consoleDir: options.consoleDir,
    log,
  });

  async function close(): Promise<void> {
    await people.close();
    await commands.close();
    await intake.close();
    await watch.close();
    await escalation.close();
    await exporter?.close();
    await aged.close();
    await http.close();
    await facilities.close();
    names.close();
    await db.destroy();
  }

  try {
    ports = await http.listen(options.httpPort);
    await people.start();
    return { ports, health, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
