import { VICTIMS } from "./chaos.ts";
import type { KillReport } from "./run.ts";

/** What a run of one minute must have seen at least, so that it cannot pass empty. */
const AT_LEAST_PER_MINUTE = {
  killsOfEach: 1,
  readings: 200,
  alarms: 10,
  resentBatches: 1,
} as const;

/** Every promise that the run broke, as sentences; an empty list is a pass. */
export function verdict(report: KillReport): string[] {
  const minutes = Math.max(1, Math.floor(report.minutes));
  const broken: string[] = [];
  const none = (count: number, what: string): void => {
    if (count > 0) broken.push(`${count} ${what}`);
  };
  const least = (count: number, perMinute: number, what: string): void => {
    if (count < perMinute * minutes)
      broken.push(`only ${count} ${what}, at least ${perMinute * minutes} are needed`);
  };
  none(report.lost.length, "confirmed readings are not in the store");
  none(report.doubled.length, "readings are in the store twice");
  none(report.invented.length, "readings are in the store that no device said");
  none(report.silent.length, "alarms have no alert");
  none(report.doubledAlerts.length, "causes have two alerts");
  if (!report.settled) broken.push("the backlog did not come down to nothing");
  for (const victim of VICTIMS) {
    least(report.blows[victim], AT_LEAST_PER_MINUTE.killsOfEach, `kills of ${victim}`);
  }
  least(report.blows["line outage"], AT_LEAST_PER_MINUTE.killsOfEach, "outages of the line");
  least(report.blows["store outage"], AT_LEAST_PER_MINUTE.killsOfEach, "outages of the store");
  least(report.confirmedReadings, AT_LEAST_PER_MINUTE.readings, "confirmed readings");
  least(report.alarms, AT_LEAST_PER_MINUTE.alarms, "alarms");
  least(report.resentBatches, AT_LEAST_PER_MINUTE.resentBatches, "batches that were sent again");
  return broken;
}

/** The figures of a run, one a line. */
export function figures(report: KillReport): string {
  const rows: [string, number | string][] = [
    ["minutes", report.minutes],
    ...Object.entries(report.blows).map(([name, count]): [string, number] => [
      name.includes("outage") ? `${name}s` : `kills of ${name}`,
      count,
    ]),
    ["readings confirmed to devices", report.confirmedReadings],
    ["readings in the store", report.storedReadings],
    ["batches sent again", report.resentBatches],
    ["alarms", report.alarms],
    ["alerts stored", report.storedAlerts],
    ["incidents", report.incidents],
    [
      "readings lost / doubled / invented",
      `${report.lost.length} / ${report.doubled.length} / ${report.invented.length}`,
    ],
    [
      "alarms without alert / causes with two",
      `${report.silent.length} / ${report.doubledAlerts.length}`,
    ],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(42)} ${value}`).join("\n");
}
