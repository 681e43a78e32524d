/**
 * The whole system on a real InfluxDB 1.x: the simulated facility lives and has events, then every panel's own queries are asked and held
 * against what really happened. A field that one side calls otherwise turns this red.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import type { Facility } from "@anhu/core/facility";
import { connectControl } from "@anhu/firmware-sim/control";
import type { Control, Requests } from "@anhu/firmware-sim/control";
import { eventually } from "../stage/anhu.ts";
import { isSettled } from "../kill/run.ts";
import { setScene } from "../kill/scene.ts";
import type { Scene } from "../kill/scene.ts";
import { EXPECTED } from "./expected.ts";
import type { Chosen, Panel, Row } from "./grafana.ts";
import { ask, readBoard } from "./grafana.ts";
import { MADE, madeStates, makeResponse } from "./made.ts";
import { exportState, facilityOf, readTruth } from "./truth.ts";
import type { Truth } from "./truth.ts";

type Step = Requests["play"]["asks"]["step"];

const BEGAN = Date.now();
const folder = mkdtempSync(join(tmpdir(), "anhu-boards-"));
const dataDir = join(folder, "data");
const board = readBoard("en");
let scene: Scene;
let control: Control;
let facility: Facility;
let truth: Truth;

/** One span that holds everything, so that a figure over time is one number. */
const ALL: Omit<Chosen, "facility"> = { from: BEGAN - 7_200_000, to: 0, interval: "1000d" };

function alarm(device: string, kind: "smoke" | "heat" | "call_point" | "co", on: boolean): Step {
  return { do: "report", device, kind, fields: { alarm: on } };
}

/** A fire that is put out, one that burns on, gas in the kitchen, a fall, a button, a tampered device. */
const EVENTS: readonly Step[] = [
  alarm("smoke-302", "smoke", true),
  alarm("heat-303", "heat", true),
  { do: "report", device: "co-kitchen", kind: "co", fields: { alarm: true, co_ppm: 180 } },
  {
    do: "report",
    device: "pendant-7f3a",
    kind: "fall",
    fields: { fall: true, stage: "confirmed", impact_g: 3.2 },
  },
  { do: "report", device: "sos-101", kind: "sos", fields: { pressed: true } },
  { do: "report", device: "bed-7f3a", kind: "device", fields: { tamper: true } },
  { do: "report", device: "pendant-8e7e", kind: "device", fields: { battery_low: true } },
  { do: "report", device: "co-kitchen", kind: "co", fields: { alarm: false, co_ppm: 3 } },
  alarm("smoke-302", "smoke", false),
  alarm("heat-303", "heat", false),
  { do: "reset", line: "panel" },
  alarm("call-101", "call_point", true),
];

beforeAll(async () => {
  scene = await setScene({ folder, alarmsPerMinute: 0, rate: 15, say: () => {} });
  facility = facilityOf(dataDir);
  control = await connectControl(join(dataDir, "anhu.sock"), systemClock());
  // Every device has spoken at least once by then.
  await pause(12_000);
  for (const step of EVENTS) {
    const played = await control.ask("play", { step });
    if (!played.ok) throw new Error(`${JSON.stringify(step)}: ${played.error.detail}`);
    await pause(700);
  }
  makeResponse(dataDir, Date.now());
  await holdStill();
  truth = readTruth(dataDir, facility, await scene.facts());
}, 120_000);

afterAll(async () => {
  control?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("every panel has something to be held against", () => {
  const titles = board.map(({ title }) => title);
  expect(titles.toSorted()).toEqual([...Object.keys(EXPECTED), ...Object.keys(MADE)].toSorted());
});

test.each(Object.keys(EXPECTED))("%s: what the panel asks is answered as it was", async (title) => {
  expect.hasAssertions();
  EXPECTED[title]?.(await answersOf(title, { ...ALL, facility: truth.facility }), truth);
});

test.each(Object.keys(MADE))(
  "%s: what the panel asks is answered as response has it",
  async (title) => {
    expect.hasAssertions();
    MADE[title]?.(await answersOf(title, { ...ALL, facility: "made-0001" }), madeStates(dataDir));
  },
);

test("two rooms that were chosen are these two and no other", async () => {
  const chosen = { ...ALL, facility: truth.facility, rooms: ["r302", "kitchen"] };
  const [rows = []] = await answersOf("Detectors that alarmed", chosen);
  expect(new Set(rows.map(({ room }) => room))).toEqual(new Set(["r302", "kitchen"]));
  const [one = []] = await answersOf("Detectors that alarmed", { ...chosen, rooms: ["r302"] });
  expect(new Set(one.map(({ room }) => room))).toEqual(new Set(["r302"]));
});

test("a facility of which there is nothing has no figures, and no error", async () => {
  for (const panel of board) {
    const answers = await answersOf(panel.title, { ...ALL, facility: "nowhere" });
    expect(answers.flat(), panel.title).toEqual([]);
  }
});

async function answersOf(title: string, chosen: Chosen): Promise<readonly (readonly Row[])[]> {
  const panel: Panel | undefined = board.find((one) => one.title === title);
  const asked = { ...chosen, to: Date.now() + 60_000 };
  return Promise.all((panel?.targets ?? []).map((target) => ask(scene.influx, target, asked)));
}

/** Nobody says anything any more, and all that was said has come to its end. */
async function holdStill(): Promise<void> {
  const lines = facility.gateways.flatMap((gateway) => gateway.lines.map(({ id }) => id));
  const identities = facility.devices.flatMap(({ source, address }) =>
    source === undefined ? [] : [source === "native" ? address : source],
  );
  const names = [...new Set([...lines, ...identities])];
  await control.ask("hold", { names, afterwards: [] });
  const quiet = await eventually(async () => {
    const status = await control.ask("status", {});
    return status.ok && status.value.unconfirmed === 0 && (await isSettled(scene));
  }, 60_000);
  expect(quiet, "the gateway's backlog is not empty").toBe(true);
  const written = await eventually(() => {
    const { ledger, told } = exportState(dataDir);
    return told === ledger;
  }, 30_000);
  expect(written, "response has not written all that the ledger has").toBe(true);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
