import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { runDecode } from "./index.ts";

/** GB/T 26875.3-2011: the state of a UITD, a heartbeat. */
const STATE =
  "40 40 01 00 01 01 20 3A 09 1A 09 0C 79 03 00 00 00 00 38 5B 01 00 00 00 09 00 02 15 01 08 02 3A 09 1A 09 0C 42 23 23";
const HEARTBEAT = "4040060001 01 023A091A0918 790300000000 385B01000000 0000 02 9A 2323";

test("each line of hex is a piece of its own, what is left over at its end is truncated", async () => {
  const { lines, code } = await decode("gb26875", `${STATE}${STATE}4040\n\nzz\n${HEARTBEAT}\n`);
  expect(code).toBe(0);
  expect(lines).toMatchObject([
    {
      ok: true,
      signals: [{ type: "mains_fault" }],
      answer: expect.stringMatching(/^4040.*2323$/),
      frame: { serial: 1 },
    },
    { ok: true },
    { ok: false, reason: "truncated", detail: "4040" },
    { ok: false, reason: "bad_hex" },
    { ok: true, points: [], signals: [], frame: { keep_alive: true } },
  ]);
  expect(Object.keys(Object(lines[0]))).toEqual(["ok", "points", "signals", "answer", "frame"]);
  expect(Object.keys(Object(lines[2]))).toEqual(["ok", "reason", "detail"]);
});

test("with --stream the lines are one stream", async () => {
  const text = STATE.replace("02 15", "02\n15");
  expect((await decode("gb26875", text, true)).lines).toMatchObject([{ ok: true }]);
  expect((await decode("gb26875", text)).lines.map(reasonOf)).toEqual(["truncated", "noise"]);
});

test("MQTT lines are topic, tab, payload, whatever the base", async () => {
  const { lines } = await decode(
    "zigbee2mqtt",
    'zigbee/a/b\t{"smoke":true}\r\nzigbee2mqtt/a/availability\toffline\nno tab\n',
  );
  expect(lines).toMatchObject([
    { ok: true, points: [{ kind: "smoke", device: "a/b" }], answer: null },
    { ok: true, signals: [{ type: "offline", active: true }] },
    { ok: false, reason: "bad_line" },
  ]);
  const native = await decode("native", 'site/anhu/wb-1/sos\t{"t":null,"n":1,"pressed":true}\n');
  expect(native.lines).toMatchObject([{ ok: true, points: [{ kind: "sos", device: "wb-1" }] }]);
});

test("any line protocol, a line break in a string included; the registry is not applied", async () => {
  const { lines } = await decode(
    "line-protocol",
    'x,device=d,room=r,host=h text="a\nb",n=3i 1763733600000000000\nbad\ny v=1\n',
  );
  expect(lines).toMatchObject([
    {
      ok: true,
      points: [
        {
          kind: "x",
          device: "d",
          room: "r",
          fields: { text: "a\nb", n: 3 },
          at: 1_763_733_600_000,
        },
      ],
      frame: { tags: { host: "h" } },
    },
    { ok: false },
    { ok: true, points: [{ kind: "y", device: "", fields: { v: 1 }, at: null }] },
  ]);
});

test("line protocol behind a batch header has its times in milliseconds", async () => {
  const batch = "# anhu v=1 boot=b seq=1 n=1 clock=ntp offset_ms=0\nx v=1 1763733600000\n";
  expect((await decode("line-protocol", batch)).lines).toMatchObject([
    { points: [{ at: 1_763_733_600_000 }] },
  ]);
});

test("an unknown driver is misuse, said with the names of the known ones", async () => {
  const { code, error } = await decode("morse", "");
  expect(code).toBe(2);
  expect(error).toContain("gb26875, ld2410, zigbee2mqtt, native, line-protocol");
});

async function decode(
  driver: string,
  text: string,
  stream = false,
): Promise<{ lines: unknown[]; code: number; error: string }> {
  const output = sink();
  const error = sink();
  // In small chunks: lines come as they come.
  const input = (async function* () {
    for (let at = 0; at < text.length; at += 7) yield Buffer.from(text.slice(at, at + 7));
  })();
  const code = await runDecode({ driver, stream, input, output, error, env: {} });
  const lines = output.text().split("\n").filter(Boolean);
  return { lines: lines.map((line): unknown => JSON.parse(line)), code, error: error.text() };
}

function sink(): Writable & { text(): string } {
  const parts: string[] = [];
  const writable = new Writable({
    write(chunk, _, done) {
      parts.push(String(chunk));
      done();
    },
  });
  return Object.assign(writable, { text: () => parts.join("") });
}

function reasonOf(line: unknown): unknown {
  return Object(line).reason;
}

test("a stream may be cut anywhere, within a byte too", async () => {
  const cut = Array.from(HEARTBEAT, (letter) => `${letter}\n`).join("");
  const { lines } = await decode("gb26875", cut, true);
  expect(lines).toMatchObject([{ ok: true, frame: { keep_alive: true } }]);
  expect((await decode("gb26875", `${HEARTBEAT}4`, true)).lines.map(reasonOf)).toContain("bad_hex");
});

test("a time of line protocol is nanoseconds, or milliseconds where it is one of our years as such", async () => {
  const at = async (time: string): Promise<unknown> =>
    (await decode("line-protocol", `m v=1 ${time}\n`)).lines;
  expect(await at("1763733600000000000")).toMatchObject([{ points: [{ at: 1_763_733_600_000 }] }]);
  expect(await at("1763733600000")).toMatchObject([{ points: [{ at: 1_763_733_600_000 }] }]);
  expect(await at("42000000000")).toMatchObject([{ points: [{ at: 42_000 }] }]);
});
