/** The checks of the doctor. */
import { certificates, directory, modes, names } from "./directory.ts";
import { influx, mail, uplink } from "./far.ts";
import { clock, disk, lines, node } from "./machine.ts";
import { channelsFile, facilityFiles, reachable, rota, tiers, webhooks } from "./people.ts";
import { consoleBuilt, database, health, ports, signIn } from "./services.ts";
import type { Check } from "./model.ts";

/** Of the files that alarms depend on; nothing of them asks the network. */
export const FILE_CHECKS: readonly Check[] = [
  facilityFiles,
  names,
  lines,
  rota,
  tiers,
  channelsFile,
  webhooks,
  reachable,
];

/** Every check: one line each, in the order in which they are told. */
export const CHECKS: readonly Check[] = [
  node,
  directory,
  modes,
  disk,
  clock,
  ports,
  certificates,
  facilityFiles,
  names,
  lines,
  rota,
  tiers,
  channelsFile,
  webhooks,
  reachable,
  mail,
  database,
  influx,
  signIn,
  uplink,
  consoleBuilt,
  health,
];
