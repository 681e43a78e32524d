import { LINE_DRIVERS, wireOf } from "../facility/index.ts";
import type { FacilityIndex } from "../facility/index.ts";
import { SUPERVISE_S } from "../rules/index.ts";
import { clear, raise } from "./alarm.ts";
import type { Step } from "./step.ts";
import { alarmAt, alarmKey, clockOf, seenAt, seenKey } from "./step.ts";
import { endTests, isInTest } from "./test-mode.ts";

/** The detector wants to run this often, so that it notices that it did not run. */
const WAKE_MS = 30_000;
/** A longer time without any input means that the gateway was away, or that its clock was set. */
const AWAY_MS = 120_000;
/** The clock slot is written once a second at most. */
const CLOCK_GRAIN_MS = 1_000;

/** How long each device may be silent, ms: its own `supervise_s`, else its line's panel watches it, else its kind's interval. */
export function supervisedDevices(index: FacilityIndex): ReadonlyMap<string, number> {
  const lines = index.gateways.flatMap((gateway) => gateway.lines);
  const watched = new Set(
    lines
      .filter((line) => LINE_DRIVERS.get(line.driver)?.watchesComponents === true)
      .map((line) => line.id),
  );
  const supervised = new Map<string, number>();
  for (const device of index.devices.values()) {
    const byPanel = watched.has(wireOf(device)) && device.id !== device.line;
    const seconds = device.supervise_s ?? (byPanel ? undefined : SUPERVISE_S[device.kind]);
    if (seconds !== undefined) supervised.set(device.id, seconds * 1000);
  }
  return supervised;
}

/** A device was heard, and so was the line or source that it speaks on. */
export function hear(step: Step, device: string, at: number): void {
  hearOne(step, device, at);
  const known = step.model.devices.get(device);
  const wire = known === undefined ? device : wireOf(known);
  if (wire !== device) hearOne(step, wire, at);
}

/** While the gateway was away nobody could be heard: devices whose interval that touches are given a whole one again. */
export function forgiveAbsence(step: Step, at: number): void {
  const clock = clockOf(step);
  if (clock !== undefined && at - clock.at > AWAY_MS) restart(step, at, at - clock.at);
}

/** Gives a whole interval to every device that is new, or whose interval `awayMs` has touched. */
export function restart(step: Step, at: number, awayMs: number): void {
  for (const [device, interval] of step.model.supervised) {
    if (seenAt(step, device) === undefined || awayMs >= interval / 10) see(step, device, at);
  }
}

/**
 * Looks for tests that are over and devices that are silent when the earliest of them can be due, or when the clock was set back.
 * Returns when to run next at the latest.
 */
export function keepTime(step: Step, at: number): number {
  const clock = clockOf(step);
  if (clock !== undefined && at >= clock.at && at < clock.due) {
    if (at - clock.at >= CLOCK_GRAIN_MS) step.changes.set("clock", { ...clock, at });
    return clock.due;
  }
  const due = Math.min(endTests(step, at), findSilent(step, at));
  step.changes.set("clock", { t: "clock", at, due });
  return due;
}

/** Raises every device whose interval is over; returns when the next one can be. O(devices). */
function findSilent(step: Step, at: number): number {
  let due = at + WAKE_MS;
  for (const [device, interval] of step.model.supervised) {
    const seen = seenAt(step, device)?.at;
    // Not known yet, or heard in what is now the future: the clock was set back.
    if (seen === undefined || seen > at) see(step, device, at);
    const deadline = Math.min(seen ?? at, at) + interval + grain(interval);
    if (at >= deadline) raiseSilent(step, device, at);
    else due = Math.min(due, deadline);
  }
  return due;
}

function raiseSilent(step: Step, device: string, at: number): void {
  const known = step.model.devices.get(device);
  if (known === undefined) return;
  const { room, resident } = known;
  const subject = { device, room, ...(resident === undefined ? {} : { resident }) };
  for (const rule of step.model.silentRules) {
    if (alarmAt(step, alarmKey(rule.id, device))?.active === true) continue;
    const { severity } = rule;
    const cause = { rule, subject, at, severity, evidence: [], signs: {}, wire: wireOf(known) };
    raise(step, { ...cause, drill: isInTest(step, device, at) });
  }
}

function hearOne(step: Step, device: string, at: number): void {
  const interval = step.model.supervised.get(device);
  if (interval === undefined) return;
  const seen = seenAt(step, device)?.at;
  if (seen === undefined || Math.abs(at - seen) >= grain(interval)) see(step, device, at);
  for (const rule of step.model.silentRules) {
    const slot = alarmAt(step, alarmKey(rule.id, device));
    if (slot?.active === true) clear(step, rule, { slot, at, evidence: [] });
  }
}

function see(step: Step, device: string, at: number): void {
  step.changes.set(seenKey(device), { t: "seen", at });
}

/** A device that speaks often is written down only this often; its deadline is later by as much, so silence is never found too early. */
function grain(interval: number): number {
  return Math.min(interval / 10, 10_000);
}
