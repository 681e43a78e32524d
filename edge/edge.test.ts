import type { Command } from "@anhu/core/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Scene, until } from "./testing/scene.ts";
import { resetFrame, smokeFrame } from "./testing/wires.ts";

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

/** A person at the scene resets every alert that the centre knows; returns the reply's lists. */
async function reset(): Promise<{ cleared: string[]; still_active: string[] }> {
  const reply = await command("reset", { alerts: raised(), by: "s-1" });
  return JSON.parse(reply) as { cleared: string[]; still_active: string[] };
}

/** Sends a command and returns the detail of its reply; the test fails when it is refused. */
async function command(verb: string, args: Command["args"]): Promise<string> {
  const id = scene.centre.command(verb, args);
  const replied = () => scene.centre.replies.find((reply) => reply.id === id);
  await until(() => replied() !== undefined);
  expect(replied()).toMatchObject({ ok: true });
  return replied()?.detail ?? "";
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
  expect(await reset()).toEqual({ cleared: [], still_active: raised() });
  scene.panel.say(smokeFrame({ serial: 8, fire: false }));
  await until(() => scene.panel.confirms(8) === 1);
  expect(siren.at(-1)).toContain('"on":true');
  expect(await reset()).toEqual({ cleared: raised(), still_active: [] });
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
  scene.panel.say(resetFrame(8));
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
  scene.panel.say(resetFrame(11));
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

describe("what people do through the centre", () => {
  test("silence ends the sound and not the alarm; nobody has answered: it sounds again", async () => {
    await scene.start();
    const siren = await sirenSays();
    await until(() => scene.panel.connected);
    scene.panel.say(smokeFrame({ serial: 7, fire: true }));
    await until(() => siren.length > 0);
    await command("silence", { seconds: 300, by: "s-1" });
    expect(await until(() => siren.at(-1)?.includes('"on":false') === true)).toBe(true);
    expect(scene.centre.alerts.map(({ phase }) => phase)).not.toContain("cleared");
    await command("siren", { tone: "unanswered", seconds: 60 });
    expect(await until(() => siren.at(-1)?.includes('"tone":"fire"') === true)).toBe(true);
  });

  test("a device in test mode raises drills and no siren, also after a restart; when its test ends while it burns, it is real", async () => {
    await scene.start();
    const testUntil = String(scene.clock.wall() + 3_600_000);
    await until(async () => (await scene.edge?.stats())?.uplinkUp === true);
    const args = { device: "smoke-1", until: Number(testUntil), by: "s-1" };
    expect(await command("test_mode", args)).toContain(testUntil);
    await scene.stop();
    await scene.start();
    const siren = await sirenSays();
    await until(() => scene.panel.connected);
    scene.panel.say(smokeFrame({ serial: 7, fire: true }));
    expect(await until(() => scene.centre.alerts.length > 0)).toBe(true);
    expect(scene.centre.alerts[0]).toMatchObject({ rule: "smoke-alarm", drill: true });
    expect(siren).toEqual([]);
    await command("test_mode", { device: "smoke-1", until: null, by: "s-1" });
    expect(await until(() => siren.at(-1)?.includes('"tone":"fire"') === true)).toBe(true);
    expect(await until(() => scene.centre.alerts.length === 3)).toBe(true);
    expect(scene.centre.alerts.map(({ phase, drill }) => [phase, drill])).toEqual([
      ["raised", true],
      ["raised", false],
      ["cleared", true],
    ]);
  });
});

test("the siren's reset key ends what nothing shows any more; no other device has one", async () => {
  await scene.start();
  const siren = await scene.device("siren-1");
  const pendant = await scene.device("wb-1");
  const bridge = await scene.device("bridge");
  await until(() => scene.panel.connected);
  scene.panel.say(smokeFrame({ serial: 7, fire: true }));
  scene.panel.say(smokeFrame({ serial: 8, fire: false }));
  await until(() => scene.panel.confirms(8) === 1 && raised().length === 1);
  await pendant.publishAsync("anhu-device/wb-1/reset", '{"t":null,"n":0}', { qos: 1 });
  await bridge.publishAsync("anhu-device/siren-1/reset", '{"t":null,"n":0}', { qos: 1 });
  expect(await scene.edge?.metrics()).toMatch(/reason="foreign_reset"\} 2/);
  expect(scene.centre.alerts).toHaveLength(1);
  await siren.publishAsync("anhu-device/siren-1/reset", '{"t":null,"n":0}', { qos: 1 });
  expect(await until(() => scene.centre.alerts.at(-1)?.phase === "cleared")).toBe(true);
});
