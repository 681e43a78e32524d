import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { completeLines } from "./lines.ts";
import { runDetect } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "anhu-detect-"));
const facilityFile = join(folder, "facility.yaml");
const EXAMPLE = readFileSync(
  new URL("../../core/facility/example.yaml.txt", import.meta.url),
  "utf8",
);
writeFileSync(facilityFile, EXAMPLE);
afterAll(() => rmSync(folder, { recursive: true }));

const T0 = Date.UTC(2026, 0, 5, 14);

test("a smoke reading gives one alert line, its end another", async () => {
  const { code, out } = await run(
    `# anhu v=1 boot=b seq=1 n=2 clock=ntp offset_ms=0\nsmoke,device=smoke-302,room=r302 alarm=true,test=true ${T0}\nsmoke,device=smoke-302 alarm=false ${T0 + 1000}\n`,
  );
  expect(code).toBe(0);
  expect(out).toMatchObject([
    {
      id: `pt-licheng-0001/smoke-302/smoke-alarm/${T0}`,
      phase: "raised",
      subject: { device: "smoke-302", room: "r302" },
    },
    { id: `pt-licheng-0001/smoke-302/smoke-alarm/${T0}`, phase: "cleared" },
  ]);
});

test("--until runs the clock on, so that silence is found", async () => {
  const reading = `vitals,device=pendant-7f3a heart_rate_bpm=70 ${T0}\n`;
  expect((await run(reading)).out).toEqual([]);
  const { out } = await run(reading, { until: T0 + 400_000 });
  expect(out.map(({ rule, subject }) => [rule, subject.device])).toEqual([
    ["device-silent", "radar-302"],
    ["device-silent", "panel"],
    ["device-silent", "pendant-7f3a"],
  ]);
});

test("silence is found between two readings that are far apart, and a year is no long time", async () => {
  const year = 365 * 86_400_000;
  const { code, out } = await run(
    `vitals,device=pendant-7f3a heart_rate_bpm=70 ${T0}\nvitals,device=pendant-7f3a heart_rate_bpm=71 ${T0 + year}\n`,
  );
  expect(code).toBe(0);
  expect(
    out.filter(({ subject }) => subject.device === "pendant-7f3a").map(({ phase }) => phase),
  ).toEqual(["raised", "cleared"]);
});

test("a line that is wrong is refused with its number and reason, and the lines around it count", async () => {
  const { code, out, err } = await run(
    [
      `smoke,device=smoke-302 alarm=true ${T0}`,
      `smoke,device=smoke-302 alarm=1 ${T0}`,
      `smoke,device=smoke-302 colour=1 ${T0}`,
      `__proto__,device=smoke-302 alarm=true ${T0}`,
      `smoke alarm=true ${T0}`,
      "smoke,device=smoke-302 alarm=true",
      "smoke,device=smoke-302 alarm=",
      `fall,device=pendant-7f3a stage="so\nsmoke,device=smoke-302 alarm=false ${T0}" ${T0}`,
      `sos,device=pendant-7f3a pressed=true ${T0 + 1}`,
    ].join("\n"),
  );
  expect(code).toBe(1);
  expect(out.map(({ rule, phase }) => [rule, phase])).toEqual([
    ["smoke-alarm", "raised"],
    ["sos", "raised"],
  ]);
  expect(err.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { line: 2, reason: "wrong_type" },
    { line: 3, reason: "unknown_field" },
    { line: 4, reason: "unknown_kind" },
    { line: 5, reason: "missing_tag" },
    { line: 6, reason: "no_time" },
    { line: 7, reason: "bad_value" },
    { line: 8, reason: "wrong_type" },
  ]);
});

test("every mistake of the facility file is printed with its line, and nothing is detected", async () => {
  const bad = join(folder, "bad.yaml");
  writeFileSync(
    bad,
    EXAMPLE.replace("beds: 40", "beds: many").replace("kind: smoke", "kind: smog"),
  );
  const { code, err } = await run("", { file: bad });
  expect(code).toBe(3);
  expect(err).toEqual([
    expect.stringContaining('bad.yaml:2: facility.beds: must be integer, not "many" [wrong_type]'),
    expect.stringContaining("bad.yaml:22: devices[0].kind: known are: smoke, "),
  ]);
});

test("what is wrong is said in Chinese in a Chinese shell", async () => {
  const bad = join(folder, "wrong.yaml");
  writeFileSync(bad, EXAMPLE.replace("beds: 40", "beds: many"));
  const lang = "zh_CN.UTF-8";
  expect((await run("", { file: bad, lang })).err).toEqual([
    "机构文件有误：",
    `  ${bad}:2 facility.beds 类型不对：应为整数，现为 many（wrong_type）`,
  ]);
  const absent = join(folder, "absent");
  expect((await run("", { file: absent, lang })).err).toEqual([
    `无法读取 ${absent}：请检查路径与权限`,
  ]);
  expect((await run("", { until: Number.NaN, lang })).err).toEqual(["--until 应为 UTC 毫秒数"]);
});

test("a life alarm ends with its reading; with --latch it stays, as in a gateway that nobody resets", async () => {
  const smoke = [true, false, true, false].map(
    (alarm, n) => `smoke,device=smoke-302 alarm=${alarm} ${T0 + n * 60_000}\n`,
  );
  const phases = async (latch: boolean) =>
    (await run(smoke.join(""), { latch })).out
      .filter(({ rule }) => rule === "smoke-alarm")
      .map(({ phase }) => phase);
  expect(await phases(false)).toEqual(["raised", "cleared", "raised", "cleared"]);
  const latched = await phases(true);
  expect(latched[0]).toBe("raised");
  expect(latched).not.toContain("cleared");
  expect(latched.filter((phase) => phase === "raised")).toHaveLength(1);
});

test("a facility file that is not there cannot start, an impossible --until is misuse", async () => {
  expect((await run("", { file: join(folder, "absent") })).code).toBe(3);
  expect((await run("", { until: Number.NaN })).code).toBe(2);
});

test("lines are the same however the stream is cut", async () => {
  const text =
    '# comment, "half\nsmoke alarm=true 1\r\n\nfall stage="a\nb \\" c" 2\nbad line here\nsos pressed=true 3';
  const whole = await linesOf([text]);
  expect(whole).toHaveLength(4);
  expect(await linesOf(text.split(""))).toEqual(whole);
  for (let i = 0; i <= text.length; i++) {
    for (let j = i; j <= text.length; j++) {
      expect(await linesOf([text.slice(0, i), text.slice(i, j), text.slice(j)])).toEqual(whole);
    }
  }
});

async function linesOf(pieces: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const bytes = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  for await (const line of completeLines(bytes)) lines.push(Buffer.from(line).toString());
  return lines;
}

interface Printed {
  readonly rule: string;
  readonly phase: string;
  readonly subject: { readonly device: string };
}

interface Options {
  readonly until?: number;
  readonly file?: string;
  readonly latch?: boolean;
  readonly lang?: string;
}

async function run(text: string, options: Options = {}) {
  const { until, file = facilityFile, latch = false, lang = "C" } = options;
  const output = new Sink();
  const error = new Sink();
  const input = Readable.from([Buffer.from(text)]);
  const code = await runDetect({
    facilityFile: file,
    until,
    latch,
    env: { LANG: lang },
    input,
    output,
    error,
  });
  const out = output.lines().map((line) => JSON.parse(line) as Printed);
  return { code, out, err: error.lines() };
}

class Sink extends Writable {
  #text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#text += chunk.toString();
    done();
  }

  lines(): string[] {
    return this.#text.split("\n").filter((line) => line !== "");
  }
}
