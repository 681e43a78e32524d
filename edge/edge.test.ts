import { afterEach, beforeEach, expect, test } from "vitest";
import { Scene, until } from "./testing/scene.ts";
import { smokeFrame } from "./testing/wires.ts";

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.open();
});

afterEach(() => scene.close());

async function sirenSays(): Promise<string[]> {
  const said: string[] = [];
  const siren = await scene.device("siren-1");
  siren.on("message", (_, payload) => said.push(payload.toString()));
  await siren.subscribeAsync("anhu-device/siren-1/set", { qos: 1 });
  return said;
}

function raised(): string[] {
  return scene.centre.alerts.filter(({ phase }) => phase === "raised").map(({ id }) => id);
}

test("a fire of the panel sounds the siren, is confirmed, and reaches the centre with its readings", async () => {
  const edge = await scene.start();
  const siren = await sirenSays();
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  expect(await until(() => siren.length > 0 && scene.centre.alerts.length > 0)).toBe(true);
  expect(JSON.parse(siren[0] ?? "")).toEqual({ on: true, tone: "fire", drill: false });
  expect(scene.centre.alerts[0]).toMatchObject({
    rule: "smoke-alarm",
    phase: "raised",
    subject: { device: "smoke-1", room: "r1" },
    clock: { source: "ntp" },
  });
  expect(await until(() => scene.panel.confirms(7) === 1)).toBe(true);
  expect(
    await until(() =>
      scene.centre.lines.some((line) => line.startsWith("smoke,device=smoke-1,room=r1 alarm=true")),
    ),
  ).toBe(true);
  scene.panel.say(smokeFrame({ serial: 8, fire: false }));
  expect(await until(() => siren.at(-1)?.includes('"on":false') === true)).toBe(true);
  expect(await until(() => scene.centre.alerts.some(({ phase }) => phase === "cleared"))).toBe(
    true,
  );
  const isEmpty = async (): Promise<boolean> => {
    const { outbox } = await edge.stats();
    return outbox.alerts + outbox.batches + outbox.bytes === 0;
  };
  expect(await until(isEmpty)).toBe(true);
});

test("a frame that is sent again is confirmed again and stored once, also after a restart", async () => {
  await scene.start();
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  await until(() => scene.panel.confirms(7) === 1);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  expect(await until(() => scene.panel.confirms(7) === 2)).toBe(true);
  await scene.stop();
  await scene.start();
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  expect(await until(() => scene.panel.confirms(7) === 3)).toBe(true);
  await until(() => scene.centre.alerts.length > 0);
  expect(raised()).toHaveLength(1);
  expect(scene.centre.lines.filter((line) => line.startsWith("smoke,"))).toHaveLength(1);
});

test("with the centre away the siren sounds, says after 10 s that nobody hears, and all is sent when it is back", async () => {
  await scene.centre.close();
  const edge = await scene.start();
  const siren = await sirenSays();
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  expect(await until(() => siren.length > 0)).toBe(true);
  scene.panel.say(smokeFrame({ serial: 8, fire: false }));
  expect(await until(() => siren.at(-1)?.includes("unheard") === true)).toBe(true);
  expect((await edge.stats()).unheard).toBe(true);
  await scene.centre.open();
  expect(await until(() => scene.centre.alerts.length >= 2)).toBe(true);
  expect(await until(() => siren.at(-1)?.includes('"on":false') === true)).toBe(true);
});

test("the siren sounds on after a restart, and the same cause is the same alert", async () => {
  scene.centre.acknowledges = false;
  await scene.start();
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  await until(() => scene.centre.alerts.length > 0);
  await scene.stop();
  scene.centre.acknowledges = true;
  const edge = await scene.start();
  const siren = await sirenSays();
  expect(await until(() => siren.some((said) => said.includes('"tone":"fire"')))).toBe(true);
  await until(() => scene.centre.alerts.length >= 2);
  expect(new Set(raised()).size).toBe(1);
  expect((await edge.stats()).alerts).toBe(0);
});

test("a pendant's fall is acknowledged by PUBACK, and stored once though it is sent twice", async () => {
  await scene.start();
  const pendant = await scene.device("wb-1");
  const fall = JSON.stringify({ t: 1e12, n: 1, fall: true, stage: "confirmed", impact_g: 3 });
  await pendant.publishAsync("anhu-device/wb-1/fall", fall, { qos: 1 });
  await pendant.publishAsync("anhu-device/wb-1/fall", fall, { qos: 1 });
  await pendant.publishAsync("anhu-device/wb-1/fall", "{ not json", { qos: 1 });
  expect(await until(() => scene.centre.alerts.length > 0)).toBe(true);
  expect(scene.centre.alerts[0]).toMatchObject({
    class: "care",
    subject: { resident: "p-1", room: "r1" },
  });
  await until(() => scene.centre.lines.length > 0);
  expect(scene.centre.lines.filter((line) => line.startsWith("fall,"))).toEqual([
    expect.stringMatching(
      /^fall,device=pendant-1,room=r1,resident=p-1 fall=true,stage="confirmed",impact_g=3,device_time_ms=1000000000000 \d{13}$/,
    ),
  ]);
});

test("that the gateway stops is not held against its devices", async () => {
  const edge = await scene.start();
  await scene.device("wb-1");
  await edge.stop();
  expect((await scene.start()).health().parts["outbox"]?.detail).toContain("0 alerts");
});

test("a fire from an address that the facility file does not know is an alarm of its line", async () => {
  const edge = await scene.start();
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 9, fire: true, address: 0x00990099 }));
  expect(await until(() => scene.centre.alerts.length > 0)).toBe(true);
  expect(scene.centre.alerts[0]).toMatchObject({
    rule: "panel-fire",
    subject: { device: "panel", room: "r1" },
  });
  expect(await edge.metrics()).toMatch(
    /anhu_edge_dropped_total\{wire="panel",reason="unknown_device"\} 1/,
  );
  scene.panel.say(smokeFrame({ serial: 10, fire: false, address: 0x00990099 }));
  expect(await until(() => scene.centre.alerts.some(({ phase }) => phase === "cleared"))).toBe(
    true,
  );
});

test("noise costs nothing but itself", async () => {
  const edge = await scene.start();
  await until(() => scene.panel.connected);
  const broken = smokeFrame({ serial: 3, fire: true });
  broken[75] = (broken[75] ?? 0) ^ 1;
  scene.panel.say(
    Buffer.concat([Buffer.from("noise"), broken, smokeFrame({ serial: 4, fire: true })]),
  );
  expect(await until(() => scene.panel.confirms(4) === 1)).toBe(true);
  expect(scene.panel.confirms(3)).toBe(0);
  expect((await edge.stats()).dropped).toBeGreaterThan(0);
  expect(await until(() => raised().length === 1)).toBe(true);
});

test("without a right clock readings wait and alerts do not; then the times are put right", async () => {
  scene.clock.offset = 0 - scene.clock.wall();
  await scene.start();
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  expect(await until(() => scene.centre.alerts.length > 0)).toBe(true);
  expect(scene.centre.alerts[0]?.clock.source).toBe("none");
  expect(scene.centre.lines).toEqual([]);
  scene.clock.offset = 0;
  scene.panel.say(smokeFrame({ serial: 8, fire: false }));
  expect(await until(() => scene.centre.lines.length > 3)).toBe(true);
  const times = scene.centre.lines.map((line) => Number(line.split(" ").at(-1)));
  expect(Math.min(...times)).toBeGreaterThan(Date.UTC(2026, 10, 20));
  expect(Math.max(...times)).toBeLessThanOrEqual(scene.clock.wall());
});

test("when the wall clock steps back an hour, times go on and the offset is told", async () => {
  await scene.start();
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  expect(await until(() => scene.centre.lines.length === 3)).toBe(true);
  scene.clock.offset = -3_600_000;
  scene.panel.say(smokeFrame({ serial: 8, fire: false }));
  expect(await until(() => scene.centre.lines.length === 6)).toBe(true);
  const times = scene.centre.lines.map((line) => Number(line.split(" ").at(-1)));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(scene.centre.offsets.at(-1)).toBeGreaterThan(3_500_000);
});

test("a line to the town that dies without a word is noticed and replaced", async () => {
  const edge = await scene.start();
  await until(async () => (await edge.stats()).uplinkUp && scene.panel.connected);
  scene.town.isCut = true;
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  expect(await until(async () => !(await edge.stats()).uplinkUp)).toBe(true);
  scene.town.isCut = false;
  expect(await until(() => raised().length > 0)).toBe(true);
});

test("the status says who is there and what waits; the last will that it is gone", async () => {
  await scene.start();
  expect(await until(() => scene.centre.status?.state === "online")).toBe(true);
  expect(scene.centre.status?.devices).toEqual({ total: 4, silent: 0 });
  await scene.stop();
  expect(await until(() => scene.centre.status?.state === "offline")).toBe(true);
});
