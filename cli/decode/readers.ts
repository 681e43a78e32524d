/** How lines of text become what a driver reads, and results become JSON. */
import type { Line } from "@anhu/core/line-protocol";
import { parse, plain } from "@anhu/core/line-protocol";
import { parseBatchHeader } from "@anhu/core/wire";
import type {
  DecodeResult,
  FramerOutput,
  MqttDecode,
  MqttDriver,
  SerialDriver,
} from "@anhu/edge/drivers";
import { MAX_LINE } from "./lines.ts";

/** One result per frame, message or refusal, in the shape of CONTRACTS.md. `null` is a line that was too long to read. */
export interface Reader {
  line(line: Buffer | null): readonly object[];
  end(): readonly object[];
}

const TOO_LONG = [refused("too_long", `a line has over ${MAX_LINE} bytes`)];

/** Lines of hex, blanks allowed; in a stream a line may end within a byte. Reasons of its own: `bad_hex`, `too_long`. */
export function serialReader(driver: SerialDriver, { stream }: { stream: boolean }): Reader {
  const framer = driver.framer();
  /** First digit of a byte whose second one stands on the next line of a stream. */
  let half = "";
  const show = (outputs: readonly FramerOutput[]): object[] =>
    outputs.map((output) =>
      "frame" in output
        ? shown(driver.decode(output.frame, {}))
        : shown({ ok: false, ...output, detail: hex(output.discarded) }),
    );
  return {
    line(line) {
      if (line === null) return TOO_LONG;
      const text = half + line.toString("latin1").replaceAll(/\s+/g, "");
      half = stream && text.length % 2 === 1 ? text.slice(-1) : "";
      const whole = text.slice(0, text.length - half.length);
      if (!/^(?:[0-9a-f]{2})*$/i.test(whole))
        return [refused("bad_hex", "not pairs of hex digits")];
      const outputs = framer.push(Buffer.from(whole, "hex"));
      return show(stream ? outputs : [...outputs, ...framer.end()]);
    },
    end: () => [
      ...(half === "" ? [] : [refused("bad_hex", "the stream ends within a byte")]),
      ...show(framer.end()),
    ],
  };
}

/** Lines of `topic<TAB>payload`. The base is read off the topic. Reasons of its own: `bad_line`, `too_long`. */
export function mqttReader(driver: MqttDriver): Reader {
  const decoders = new Map<string, MqttDecode>();
  return {
    line(line) {
      if (line === null) return TOO_LONG;
      if (line.length === 0) return [];
      const tab = line.indexOf(0x09);
      if (tab < 0) return [refused("bad_line", "no tab between topic and payload")];
      const topic = line.toString("utf8", 0, tab);
      const base =
        driver.name === "native" ? topic.split("/").slice(0, -2).join("/") : topic.split("/")[0];
      const decode = decoders.get(base ?? "") ?? driver.decoder(base ?? "");
      if (decoders.size < MAX_BASES) decoders.set(base ?? "", decode);
      return [shown(decode({ topic, payload: line.subarray(tab + 1), retained: false }))];
    },
    end: () => [],
  };
}

/** One inventory is kept per base; behind the bound a base decodes without. */
const MAX_BASES = 64;

/**
 * Any line protocol: times in nanoseconds, or in milliseconds behind the header of a readings batch and when they fall into the years 2000
 * to 2099 as such (in nanoseconds they would be the first hours of 1970). It is read as a
 * whole at the end of the input, because a quoted string may hold line breaks. Reason of its own: `too_long`.
 */
export function lineProtocolReader(): Reader {
  const lines: Buffer[] = [];
  let length = 0;
  return {
    line(line) {
      length += line === null ? MAX_INPUT : line.length + 1;
      if (line !== null && length <= MAX_INPUT) lines.push(line, NEWLINE);
      return [];
    },
    end: () =>
      length > MAX_INPUT
        ? [refused("too_long", `over ${MAX_INPUT} bytes`)]
        : readLineProtocol(Buffer.concat(lines)),
  };
}

const NEWLINE = Buffer.from("\n");
const MAX_INPUT = 268_435_456;

function readLineProtocol(bytes: Uint8Array): object[] {
  const header = parseBatchHeader(bytes);
  const { lines, mistakes } = parse(bytes, { precision: header?.ok === true ? "ms" : "ns" });
  const wrong = new Map(mistakes.map((mistake) => [mistake.line, mistake]));
  const results: object[] = [];
  const good = lines.values();
  for (let number = 1; number <= lines.length + mistakes.length; number++) {
    const mistake = wrong.get(number);
    if (mistake !== undefined) {
      results.push(refused(mistake.reason, `line ${number}, at byte ${mistake.offset}`));
      continue;
    }
    const { value } = good.next();
    if (value !== undefined) results.push(pointOf(value));
  }
  return results;
}

function pointOf({ name, tags, fields, time }: Line): object {
  const { device = "", room, resident, ...others } = Object.fromEntries(tags);
  const point = {
    kind: name,
    device,
    ...(room === undefined ? {} : { room }),
    ...(resident === undefined ? {} : { resident }),
    fields: Object.fromEntries(fields.map(([key, value]) => [key, plain(value)])),
    at: time === null ? null : millisecondsOf(time),
  };
  return { ok: true, points: [point], signals: [], answer: null, frame: { tags: others } };
}

function millisecondsOf(ns: bigint): number {
  const isMilliseconds = ns >= YEAR_2000_MS && ns < YEAR_2100_MS;
  return Number(isMilliseconds ? ns : ns / 1_000_000n);
}

const YEAR_2000_MS = 946_684_800_000n;
const YEAR_2100_MS = 4_102_444_800_000n;

function shown(result: DecodeResult): object {
  if (!result.ok) {
    const denied = result.answer === undefined ? "" : `; answered ${hex(result.answer)}`;
    return refused(result.reason, result.detail + denied);
  }
  const { ok, points, signals, answer, frame } = result;
  return { ok, points, signals, answer: answer === null ? null : hex(answer), frame };
}

function refused(reason: string, detail: string): object {
  return { ok: false, reason, detail };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
