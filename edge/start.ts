/** A gateway's start: its outbox is opened, and what an earlier run left in it is read. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { indexFacility } from "@anhu/core/facility";
import { orThrow } from "./mistakes.ts";
import type { Edge, EdgeOptions } from "./options.ts";
import { openOutbox } from "./outbox/index.ts";
import { RunningEdge } from "./running.ts";

const OUTBOX_BYTES = 1024 * 1024 * 1024;
const RESERVE_BYTES = 8 * 1024 * 1024;
/** Alerts of an earlier run that are watched for being acknowledged. */
const WAITING_ALERTS = 10_000;

/** Starts a gateway. Throws `unknown_gateway`, `unknown_driver`, `bad_line`, `port_taken`, `cannot_listen` or `identities_unreadable`. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { clock, log } = options;
  const index = orThrow(indexFacility(options.facility, options.gateway));
  const boot = randomBytes(8).toString("hex");
  const folder = join(options.dataDir, "edge", options.gateway);
  const outbox = openOutbox(
    {
      folder: join(folder, "outbox"),
      boot,
      maxBytes: options.outboxBytes ?? OUTBOX_BYTES,
      reserveBytes: options.reserveBytes ?? RESERVE_BYTES,
    },
    { clock, log },
  );
  const want = {
    alerts: WAITING_ALERTS,
    readings: 0,
    exceptAlerts: [],
    exceptReadings: [],
    open: false,
  };
  const [remembered, stats, waiting] = await Promise.all([
    outbox.remembered(),
    outbox.stats(),
    outbox.find(want),
  ]);
  if (remembered.movedAside !== null) {
    log.error(
      { file: remembered.movedAside },
      "the outbox was damaged: moved aside, a fresh one is made",
    );
  }
  const edge = new RunningEdge(options, { folder, index, boot, outbox, remembered, stats });
  try {
    await edge.start(waiting.alerts);
  } catch (thrown) {
    await edge.stop();
    throw thrown;
  }
  return edge;
}
