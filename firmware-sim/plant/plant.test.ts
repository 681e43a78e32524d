import { expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import type { Journal, Learned, NewFact } from "../journal/index.ts";
import type { Wire, WireEvents } from "../wire/index.ts";
import type { PlantEvent } from "./events.ts";
import { createPlayer } from "./player.ts";
import { frameNow, payloadNow } from "./present.ts";
import { shareLine } from "./shared-line.ts";

const A1 =
  "40400100010120 3A091A090C 790300000000 385B01000000 3000 02 02010101280A000200020020202020202020202020202020202020202020202020202020202020202000023A091A090C 46 2323";
const A2 = "40400100010123 3A091A090C 385B01000000 790300000000 0000 03 AB2323";
const A3 = "40400100010123 3A091A090C 385B01000000 790300000000 0000 06 AE2323";
/** 2026-11-22 08:30:15 in Shanghai. */
const NOW = Date.UTC(2026, 10, 22, 0, 30, 15);

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

function bench() {
  const sent: Uint8Array[] = [];
  const heard: string[] = [];
  const facts: NewFact[] = [];
  const learned: Learned[] = [];
  const events: PlantEvent[] = [];
  let far: WireEvents | undefined;
  const wire: Wire = {
    name: "panel",
    listening: true,
    send(bytes, done) {
      sent.push(bytes);
      done?.({ heard: true, at: NOW });
    },
    attach: (to) => {
      far = to;
    },
    stats: () => ({ heard: 0, unheard: 0, overrun: 0, refused: 0, received: 0, sessions: 0 }),
    close() {},
  };
  const journal: Journal = {
    write: (fact) => `f-${facts.push(fact)}`,
    learn: (_id, what) => void learned.push(what),
    flush() {},
    close() {},
    stats: () => ({ facts: 0, lost: 0 }),
  };
  const shared = shareLine(wire);
  shared.own.attach({ bytes: (bytes) => heard.push(Buffer.from(bytes).toString("hex")) });
  const clock = new FakeClock(NOW);
  const tell = (event: PlantEvent) => events.push(event);
  const player = createPlayer({ line: "panel", shared, journal, clock, tell });
  const reply = (hex: string) => far?.bytes(bytesOf(hex));
  return { sent, heard, facts, learned, events, shared, player, reply };
}

test("a held line carries the player's frames while its own device waits, but not for ever", () => {
  const { sent, heard, shared, player, reply } = bench();
  shared.own.send(bytesOf("01"));
  reply("02");
  const release = shared.hold();
  shared.own.send(bytesOf("03"));
  reply("04");
  player.play(bytesOf("05"), "recorded");
  for (let n = 0; n < 15; n++) shared.own.send(bytesOf("06"));
  shared.own.send(bytesOf("07"), (told) => expect(told).toEqual({ heard: false, at: null }));
  release();
  release();
  expect(shared.held).toBe(false);
  reply("08");
  expect(Buffer.concat(sent).toString("hex")).toBe(`010503${"06".repeat(15)}`);
  expect(heard).toEqual(["02", "08"]);
});

test("a confirm and a deny are told with the frame that they answer; others go to the device", () => {
  const { events, heard, learned, shared, player, reply } = bench();
  shared.hold();
  const first = player.play(bytesOf(A1), "recorded");
  reply(A3.slice(0, 14));
  reply(A3.slice(14));
  const second = player.play(bytesOf(A1), "recorded");
  reply(A2);
  reply(A2);
  expect(events).toMatchObject([
    { event: "reply", id: first, command: "deny" },
    { event: "reply", id: second, command: "confirm" },
  ]);
  expect(heard).toEqual([A2.replaceAll(" ", "").toLowerCase()]);
  expect(learned.filter((one) => one.confirmed_at !== undefined)).toHaveLength(1);
});

test("a confirm is of the last frame with its number, not of one that was lost before", () => {
  const { events, shared, player, reply } = bench();
  shared.hold();
  player.play(bytesOf(A1), "recorded");
  const again = player.play(bytesOf(A1), "recorded");
  reply(A2);
  expect(events).toMatchObject([{ event: "reply", id: again, command: "confirm" }]);
});

test("a frame of now has its times, serial number and checksum replaced and nothing else", () => {
  const now = frameNow(bytesOf(A1), { serial: 0xa501, nowMs: NOW });
  const label = "0f1e0816 0b1a".replace(" ", "");
  const expected = bytesOf(
    `404001a50101${label}790300000000385b01000000300002 02010101280A0002000200 ${"20".repeat(30)}00 ${label} 00 2323`,
  );
  expected[expected.length - 3] = expected
    .slice(2, -3)
    .reduce((sum, byte) => (sum + byte) & 255, 0);
  expect(Buffer.from(now ?? []).toString("hex")).toBe(Buffer.from(expected).toString("hex"));
  expect(frameNow(bytesOf("0102"), { serial: 1, nowMs: NOW })).toBeUndefined();
  const long = new Uint8Array(27 + 1025 + 3);
  long.set([0x40, 0x40]);
  long.set([0x01, 0x04, 2], 24);
  long.set([7, 0x23, 0x23], 27 + 1025);
  expect(frameNow(long, { serial: 1, nowMs: NOW })).toBeUndefined();
});

test("a payload of now has its last_seen replaced, where it has one", () => {
  expect(payloadNow('{"smoke":true,"last_seen":"2019-06-24T15:30:53.312Z"}', NOW)).toBe(
    '{"smoke":true,"last_seen":"2026-11-22T00:30:15.000Z"}',
  );
  expect(payloadNow('{"smoke":true}', NOW)).toBe('{"smoke":true}');
});
