import { FakeClock } from "@anhu/core/time";
import { expect, test } from "vitest";
import { readEvents } from "./events.ts";
import { openStream } from "./stream.ts";

test("events are the same in whatever pieces they come, and heartbeats are none", () => {
  const wire =
    'id: 7\nevent: incident\ndata: {"a":\ndata: 1}\n\n:\n\n: ping\r\nid: 8\r\nevent: hello\r\ndata:x\r\n\r\n';
  const whole = readEvents().push(wire);
  expect(whole).toEqual([
    { name: "incident", data: '{"a":\n1}', id: "7" },
    { name: "hello", data: "x", id: "8" },
  ]);
  const pieces = readEvents();
  expect(wire.split("").flatMap((sign) => pieces.push(sign))).toEqual(whole);
});

test("an endless event ends the reading", () => {
  const reader = readEvents();
  expect(() => {
    for (let i = 0; i < 2_000; i += 1) reader.push("data: " + "x".repeat(1_000));
  }).toThrow(RangeError);
});

test("it is live with the first event, and comes back with the last id when the line ends", async () => {
  const scene = stage();
  await scene.answer("id: 5\nevent: hello\ndata: {}\n\n");
  expect(scene.phases).toEqual(["connecting", "live"]);
  scene.end();
  await settle();
  expect(scene.phases.at(-1)).toBe("broken");
  expect(scene.asked.length).toBe(1);
  scene.clock.advance(500);
  await settle();
  expect(scene.asked[1]).toEqual({ "last-event-id": "5" });
  expect(scene.phases.at(-1)).toBe("broken");
  await scene.answer("id: 6\nevent: incident\ndata: {}\n\n");
  expect(scene.phases.at(-1)).toBe("live");
  expect(scene.events).toEqual(["hello", "incident"]);
});

test("a line without a heartbeat for 40 s is broken, one with heartbeats is live", async () => {
  const scene = stage();
  await scene.answer("id: 5\nevent: hello\ndata: {}\n\n");
  for (let i = 0; i < 10; i += 1) {
    scene.clock.advance(15_000);
    await scene.say(":\n\n");
  }
  expect(scene.phases.at(-1)).toBe("live");
  scene.clock.advance(40_000);
  await settle();
  expect(scene.phases.at(-1)).toBe("broken");
});

test("refusals and silence are tried again for ever, at least every 10 s, at once when woken", async () => {
  const scene = stage();
  for (let i = 0; i < 8; i += 1) {
    await scene.refuse(503);
    scene.clock.advance(10_000);
    await settle();
  }
  expect(scene.asked.length).toBe(9);
  scene.clock.advance(10_000);
  await settle();
  expect(scene.phases).toEqual(["connecting", "broken"]);
  scene.stream.wake();
  await settle();
  expect(scene.asked.length).toBe(10);
});

test("a device that slept opens anew when it is woken", async () => {
  const scene = stage();
  await scene.answer("id: 5\nevent: hello\ndata: {}\n\n");
  scene.stream.wake();
  await settle();
  expect(scene.phases.at(-1)).toBe("live");
  scene.clock.stepWall(120_000);
  scene.stream.wake();
  await settle();
  scene.clock.advance(500);
  await settle();
  expect(scene.asked.length).toBe(2);
});

test("who is signed out is told once and asks no more", async () => {
  const scene = stage();
  await scene.refuse(401);
  scene.clock.advance(60_000);
  await settle();
  expect(scene.signedOut()).toBe(1);
  expect(scene.asked.length).toBe(1);
});

test("a closed stream tells nothing more", async () => {
  const scene = stage();
  await scene.answer("id: 5\nevent: hello\ndata: {}\n\n");
  scene.stream.close();
  await settle();
  scene.clock.advance(60_000);
  await settle();
  expect(scene.phases.at(-1)).toBe("live");
  expect(scene.asked.length).toBe(1);
});

/** A server whose answers the story writes itself. */
function stage() {
  const clock = new FakeClock(0);
  const phases: string[] = [];
  const events: string[] = [];
  const asked: unknown[] = [];
  let signedOut = 0;
  let resolve: (answer: Response) => void = () => undefined;
  let line: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = openStream({
    clock,
    fetch(_url, { headers, signal }) {
      asked.push(headers);
      return new Promise((took, failed) => {
        resolve = took;
        signal?.addEventListener("abort", () => {
          failed(new Error("aborted"));
          line?.error(new Error("aborted"));
        });
      });
    },
    onEvent: (event) => events.push(event.name),
    onPhase: (phase) => phases.push(phase),
    onSignedOut: () => {
      signedOut += 1;
    },
  });
  const say = async (text: string): Promise<void> => {
    line?.enqueue(new TextEncoder().encode(text));
    await settle();
  };
  return {
    clock,
    phases,
    events,
    asked,
    stream,
    say,
    signedOut: () => signedOut,
    async answer(text: string) {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          line = controller;
        },
      });
      resolve(new Response(body));
      await say(text);
    },
    async refuse(status: number) {
      resolve(new Response("", { status }));
      await settle();
    },
    end: () => line?.close(),
  };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}
