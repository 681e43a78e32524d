/** The facility file is changed while an alarm holds, and the gateway starts again on the same disk. */
import type { Device } from "@anhu/core/facility";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Scene, until } from "./testing/scene.ts";
import { smokeFrame } from "./testing/wires.ts";

const UNDECLARED = 0x00990099;
/** As the driver writes it. */
const UNDECLARED_ADDRESS = "1/1/0x00990099";

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.open();
});

afterEach(() => scene.close());

/** A fire is raised, and the gateway ends; returns the alert's id. */
async function fireThenStop(address?: number): Promise<string> {
  await scene.start();
  await until(() => scene.panel.connected);
  scene.panel.say(
    smokeFrame({ serial: 7, fire: true, ...(address === undefined ? {} : { address }) }),
  );
  await until(() => scene.panel.confirms(7) === 1 && scene.centre.alerts.length > 0);
  await scene.stop();
  return scene.centre.alerts[0]?.id ?? "";
}

async function startWith(edit: (devices: readonly Device[]) => readonly Device[]): Promise<void> {
  await scene.start({}, (file) => ({ ...file, devices: edit(file.devices) }));
  await until(async () => (await scene.edge?.stats())?.uplinkUp === true);
  await until(() => scene.panel.connected);
}

async function reset(...alerts: string[]): Promise<unknown> {
  const id = scene.centre.command("reset", { alerts, by: "s-1" });
  const reply = () => scene.centre.replies.find((one) => one.id === id);
  await until(() => reply() !== undefined);
  return JSON.parse(reply()?.detail ?? "null");
}

/** What the siren is told when it comes on line. */
async function sirenSays(): Promise<string> {
  const said: string[] = [];
  const siren = await scene.device("siren-1");
  siren.on("message", (_, payload) => said.push(payload.toString()));
  await siren.subscribeAsync("anhu-device/siren-1/set", { qos: 1 });
  await until(() => said.length > 0);
  return said[0] ?? "";
}

const other = (by: Partial<Device>) => (devices: readonly Device[]) =>
  devices.map((device) => (device.id === "smoke-1" ? { ...device, ...by } : device));

test.each<[string, (devices: readonly Device[]) => readonly Device[]]>([
  ["is declared as another kind", other({ kind: "heat" })],
  ["stands elsewhere on its line", other({ address: "1/1/0x00000001" })],
  ["is removed", (devices) => devices.filter(({ id }) => id !== "smoke-1")],
])("the device of a fire %s: siren and alarm go on until a person resets it", async (_, edit) => {
  const fire = await fireThenStop();
  await startWith(edit);
  expect(await sirenSays()).toContain('"tone":"fire"');
  expect(scene.centre.alerts.map(({ phase }) => phase)).toEqual(["raised"]);
  expect(await reset(fire)).toEqual({ cleared: [fire], still_active: [] });
  await until(() => scene.centre.alerts.at(-1)?.phase === "cleared");
  expect(scene.centre.alerts.at(-1)).toMatchObject({ id: fire, phase: "cleared" });
});

test("an address that goes to another device takes no alarm with it, and ends none", async () => {
  const fire = await fireThenStop();
  const smoke9: Device = {
    id: "smoke-9",
    kind: "smoke",
    room: "r1",
    line: "panel",
    address: "1/1/0x0002000a",
  };
  await startWith((devices) => [...other({ address: "1/1/0x00000001" })(devices), smoke9]);
  scene.panel.say(smokeFrame({ serial: 8, fire: false }));
  await until(() => scene.panel.confirms(8) === 1);
  scene.panel.say(smokeFrame({ serial: 9, fire: true }));
  await until(() => scene.centre.alerts.length === 2);
  expect(scene.centre.alerts[1]).toMatchObject({ phase: "raised", subject: { device: "smoke-9" } });
  const nine = scene.centre.alerts[1]?.id ?? "";
  expect(await reset(fire, nine)).toEqual({ cleared: [fire], still_active: [nine] });
});

test("a fire of an undeclared address that is declared meanwhile can be reset, and is its own device's from then on", async () => {
  const fire = await fireThenStop(UNDECLARED);
  const smoke9: Device = {
    id: "smoke-9",
    kind: "smoke",
    room: "r1",
    line: "panel",
    address: UNDECLARED_ADDRESS,
  };
  await startWith((devices) => [...devices, smoke9]);
  expect(await sirenSays()).toContain('"tone":"fire"');
  expect(await reset(fire)).toEqual({ cleared: [fire], still_active: [] });
  scene.panel.say(smokeFrame({ serial: 9, fire: true, address: UNDECLARED }));
  await until(() => scene.centre.alerts.at(-1)?.subject.device === "smoke-9");
  expect(scene.centre.alerts.at(-1)).toMatchObject({ rule: "smoke-alarm", phase: "raised" });
});
