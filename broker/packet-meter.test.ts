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
  expect(new PacketMeter().push(stream, 99)).toBe(true);
  const meter = new PacketMeter();
  expect([...stream].every((byte) => meter.push(Uint8Array.of(byte), 99))).toBe(true);
});

test("a packet one byte over the limit is seen at its header, before its body", () => {
  const meter = new PacketMeter();
  expect(meter.push(PING, 98)).toBe(true);
  expect(meter.push(publish(94).subarray(0, 2), 98)).toBe(false);
});

test("lengths of two and three bytes are read as the standard writes them", () => {
  for (const size of [127, 128, 16_383, 16_384, 40_000]) {
    const packet = publish(size);
    expect(new PacketMeter().push(packet, packet.length)).toBe(true);
    expect(new PacketMeter().push(packet, packet.length - 1)).toBe(false);
  }
});

test("a length of five bytes is no MQTT", () => {
  expect(new PacketMeter().push(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01), 1e9)).toBe(
    false,
  );
});
