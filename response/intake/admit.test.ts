import { expect, test } from "vitest";
import { alertMessage } from "../testing/alerts.ts";
import { admit } from "./admit.ts";

const ADDRESS = { facility: "f1", gateway: "gw1" };
const admitJson = (value: unknown) => admit(ADDRESS, Buffer.from(JSON.stringify(value)));

test("an alert of the topic's own facility is taken, and its gateway is the actor", () => {
  const message = alertMessage({ seq: 7 });
  expect(admitJson(message)).toEqual({
    type: "alert",
    address: ADDRESS,
    message,
    actor: "gateway:gw1",
    ack: { boot: "b1", seq: 7 },
  });
});

test("what cannot be right is refused with its code, and answered when its number can be read", () => {
  const good = alertMessage({ seq: 7 });
  const ack = { boot: "b1", seq: 7 };
  const refused: [unknown, string, object | null][] = [
    [{ ...good, id: "f2/smoke/smoke-alarm/1" }, "foreign_facility", ack],
    [{ ...good, id: "f11/smoke/smoke-alarm/1" }, "foreign_facility", ack],
    [{ ...good, phase: "gone" }, "bad_shape", ack],
    [{ ...good, at: 1.5 }, "bad_time", ack],
    [{ ...good, onset: 1e300 }, "bad_time", ack],
    [{ ...good, event: "f1.fire\u0000" }, "bad_text", ack],
    [{ ...good, subject: { device: "\ud800", room: "r" } }, "bad_text", ack],
    [{ ...good, seq: "7" }, "bad_shape", null],
    [["boot"], "bad_shape", null],
  ];
  for (const [value, code, envelope] of refused) {
    expect(admitJson(value)).toMatchObject({ type: "refused", code, ack: envelope });
  }
  const noise = admit(ADDRESS, Uint8Array.of(0xff, 0x00, 0x7b));
  expect(noise).toMatchObject({ type: "refused", code: "bad_json", ack: null });
});

test("an event that does not name its facility cannot become an incident of another", () => {
  const event = "f2.fire.all.1";
  expect(admitJson(alertMessage({ event }))).toMatchObject({ message: { event: `f1/${event}` } });
});
