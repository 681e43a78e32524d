import { Readable, Writable } from "node:stream";
import type { Command } from "commander";
import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { columns } from "../terminal.ts";
import type { Here } from "./here.ts";
import { programFor } from "./program.ts";

const CHINESE = "zh_CN.UTF-8";
const HAN = /\p{Script=Han}/u;

/** Runs the command line; what is written to either stream is collected. */
async function run(args: readonly string[], lang: string): Promise<string> {
  const parts: string[] = [];
  const program = programFor(here(parts, lang));
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
  }
  return parts.join("");
}

function here(parts: string[], lang: string): Here {
  const sink = new Writable({
    write: (chunk, _, done) => {
      parts.push(String(chunk));
      done();
    },
  });
  return {
    version: "1.2.3",
    nodeVersion: "24.0.0",
    dataDir: "/nowhere",
    ports: () => ({ http: 1, lan: 1, mqtt: 1, mqtts: 1, localMqtt: 1 }),
    clock: new FakeClock(0),
    env: { LANG: lang },
    input: Readable.from([]),
    out: sink,
    err: sink,
    end: () => undefined,
  };
}

/** Every verb, with the words before it: `gateway add`. */
function verbsOf(command: Command, before: readonly string[] = []): string[][] {
  const own = command.commands.map((one) => [...before, one.name()]);
  return [...own, ...command.commands.flatMap((one) => verbsOf(one, [...before, one.name()]))];
}

const VERBS = [[], ...verbsOf(programFor(here([], "C")))];

test("there are verbs to look at", () => {
  expect(VERBS.length).toBeGreaterThan(15);
  expect(VERBS).toContainEqual(["gateway", "add"]);
});

describe("help", () => {
  test.each(VERBS.map((verb) => ({ verb, name: verb.join(" ") || "anhu" })))(
    "of $name has every line in the shell's language, and both languages the same options",
    async ({ verb }) => {
      const english = await run([...verb, "--help"], "C");
      const chinese = await run([...verb, "--help"], CHINESE);
      expect(english).toMatch(/^Usage: anhu/);
      expect(english.replace("(安护)", "")).not.toMatch(HAN);
      expect(chinese).toMatch(/^用法： anhu/);
      const flags = (text: string) => text.match(/^ {2}-.*?--[a-z-]+|^ {2}--[a-z-]+/gm);
      expect(flags(chinese)).toEqual(flags(english));
      for (const line of chinese.split("\n").filter((one) => one.trim() !== "")) {
        expect(line).toMatch(HAN);
        expect(line).not.toMatch(/Usage|Options|Arguments|Commands|display|default|\[options\]/);
        expect(columns(line), line).toBeLessThanOrEqual(100);
      }
    },
  );
});

describe("what is typed wrong", () => {
  const mistakes: readonly (readonly [args: string, english: RegExp, chinese: string])[] = [
    ["strat", /^error: unknown command 'strat'\n\(Did you mean start\?\)/, "没有“strat”这个命令"],
    ["start --lna x", /^error: unknown option '--lna'/, "没有“--lna”这个选项"],
    ["run", /^error: missing required argument 'service'/, "缺少参数“服务”"],
    ["detect", /^error: required option '--facility <file>'/, "缺少选项“--facility <文件>”"],
    [
      "start --lan",
      /^error: option '--lan <address>' argument missing/,
      "选项“--lan <地址>”缺少取值",
    ],
    ["doctor now", /^error: too many arguments/, "参数过多：now"],
  ];
  test.each(mistakes)("%s", async (args, english, chinese) => {
    expect(await run(args.split(" "), "C")).toMatch(english);
    const [first, ...rest] = (await run(args.split(" "), CHINESE)).split("\n");
    expect(first).toBe(chinese);
    expect(rest.join("\n")).toContain("用法：");
  });
});
