/** Every check of the doctor: one line each, in the order in which they are told. */
import { certificates, directory, modes, names } from "./directory.ts";
import { influx, mail, uplink } from "./far.ts";
import { clock, disk, lines, node } from "./machine.ts";
import { channelsFile, facilityFiles, reachable, rota, tiers, webhooks } from "./people.ts";
import { consoleBuilt, database, health, ports, signIn } from "./services.ts";
import type { Check } from "./model.ts";

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
