import mqttPacket from "mqtt-packet";
import { expect, test } from "vitest";
import { PacketMeter } from "./packet-meter.ts";

function publish(payloadBytes: number): Buffer {
  return mqttPacket.generate({
    cmd: "publish",
    topic: "a",
    payload: Buffer.alloc(payloadBytes),
    qos: 0,
    retain: false,
    dup: false,
  });
}

const PING = Buffer.from([0xc0, 0x00]);

test("packets up to the limit pass in one chunk and byte by byte", () => {
  const stream = Buffer.concat([PING, publish(94), publish(0), PING, publish(94)]);
  expect(publish(94)).toHaveLength(99);
  expect(new PacketMeter(99).push(stream)).toBe(true);
  const meter = new PacketMeter(99);
  expect([...stream].every((byte) => meter.push(Uint8Array.of(byte)))).toBe(true);
});

test("a packet one byte over the limit is seen at its header, before its body", () => {
  const meter = new PacketMeter(98);
  expect(meter.push(PING)).toBe(true);
  expect(meter.push(publish(94).subarray(0, 2))).toBe(false);
});

test("lengths of two and three bytes are read as the standard writes them", () => {
  for (const size of [127, 128, 16_383, 16_384, 40_000]) {
    const packet = publish(size);
    expect(new PacketMeter(packet.length).push(packet)).toBe(true);
    expect(new PacketMeter(packet.length - 1).push(packet)).toBe(false);
  }
});

test("a length of five bytes is no MQTT", () => {
  expect(new PacketMeter(1e9).push(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01))).toBe(false);
});
