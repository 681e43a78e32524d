/** Puts the channels together: what channels.yaml allows, the secrets, the pages of the console, the queue. */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Commands } from "../commands/commands.ts";
import type { Facilities } from "../facilities/files.ts";
import type { HealthPart } from "../health/health.ts";
import type { Bell } from "../store/bell.ts";
import type { Db } from "../store/schema.ts";
import { readChannels } from "./config.ts";
import { ConsolePages } from "./console/streams.ts";
import { openChannels } from "./index.ts";
import type { ChannelMetrics } from "./metrics.ts";
import { openQueue } from "./queue.ts";
import type { Queue } from "./queue.ts";
import { openSecrets } from "./secrets.ts";
import type { ReachedHooks } from "./reached.ts";
import { endRemoved, standingTroubles } from "./trouble.ts";

export interface PeopleOptions extends ReachedHooks {
  readonly db: Db;
  readonly dataDir: string;
  readonly facilities: Facilities;
  readonly run: Commands["run"];
  readonly changes: Bell;
  readonly clock: Clock;
  readonly steady: () => number;
  readonly log: Logger;
  readonly metrics: ChannelMetrics;
  /** Where this machine reaches this service, without a slash at its end; asked when something is sent. */
  readonly ownAddress: () => string;
  /** Where the local network does; null: it does not. */
  readonly lanAddress: () => string | null;
  /** Something was committed. */
  readonly settled: () => void;
}

export interface PeopleChannels {
  readonly pages: ConsolePages;
  /** The facility files have changed: whoever is new gets a secret. */
  facilitiesChanged(): void;
  /** Begins to send. */
  start(): Promise<void>;
  health(): Promise<HealthPart>;
  close(): Promise<void>;
}

/** Reads what the channels need; nothing is sent before `start`. Throws `bad_secrets`. */
export function openPeopleChannels(options: PeopleOptions): PeopleChannels {
  const { db, dataDir, facilities, clock, log, metrics, ownAddress } = options;
  const config = readChannels(dataDir);
  const secrets = openSecrets(dataDir);
  secrets.add(facilities.byId.values());
  for (const mistake of config.mistakes) log.error({ mistake }, "channels");
  const address = () => options.lanAddress() ?? ownAddress();
  const pages = new ConsolePages(() => options.changes.ring());
  const channels = openChannels({
    allow: config.allow,
    secrets,
    answerUrl: ({ token, delivery, target }) =>
      `${isLoopback(target) ? ownAddress() : address()}/api/v1/answers/${token}?delivery=${delivery}`,
    config: config.email,
    answerPage: ({ token, answers }) => `${address()}/#/answer/${token}?can=${answers.join(",")}`,
    languageOf: (facility, person) => languageOf(db, facility, person),
    timezoneOf: (facility) => facilities.byId.get(facility)?.facility.timezone ?? "UTC",
    pages,
    run: options.run,
    clock,
  });
  let queue: Queue | null = null;
  let ending = Promise.resolve();
  return {
    pages,
    facilitiesChanged() {
      try {
        secrets.add(facilities.byId.values());
      } catch (thrown) {
        log.error({ reason: messageOf(thrown) }, "no secrets for new webhooks");
      }
      // Waited for by the next change and by the end, so that no two are at it.
      ending = ending.then(endTroubles);
    },
    async start() {
      await endTroubles();
      queue = await openQueue({
        ...options,
        ...metrics,
        channels,
        facility: (id) => facilities.byId.get(id),
        random: Math.random,
      });
    },
    async health() {
      const stuck = queue?.trouble() ?? null;
      if (stuck !== null) return { status: "down", detail: stuck };
      const troubles = await standingTroubles(db, facilities.byId.keys());
      const said = [...config.mistakes, ...(troubles === 0 ? [] : [`${troubles} in trouble`])];
      return { status: said.length === 0 ? "ok" : "degraded", detail: said.join("; ") };
    },
    async close() {
      await ending;
      await queue?.close();
    },
  };

  /** Who has left cannot be in trouble. */
  async function endTroubles(): Promise<void> {
    const at = { now: clock.wall(), nowSteady: options.steady() };
    try {
      await endRemoved(db, facilities.byId.values(), at, options.recordAlert);
      options.settled();
    } catch (thrown) {
      log.error(
        { err: thrown },
        "troubles of channels that are no more: ended with the next change of a file",
      );
    }
  }
}

/** Who stands on this machine need not go through the local network. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

async function languageOf(db: Db, facility: string, person: string): Promise<"zh" | "en"> {
  const user = await db
    .selectFrom("users")
    .select("language")
    .where("person", "=", person)
    .where("scope_kind", "=", "facility")
    .where("scope", "=", facility)
    .where("disabled", "=", 0)
    .executeTakeFirst();
  return user?.language ?? "zh";
}
