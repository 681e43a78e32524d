import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AnhuError, failureOf } from "@anhu/core/errors";
import type { Facts } from "@anhu/core/errors";
import { parseFacility } from "@anhu/core/facility";
import { errorOf, factsOf, mistakesOf, problemText } from "./index.ts";

const CHINESE = { LANG: "zh_CN.UTF-8" };
const UNKNOWN = /代码 /;
const environment = { fault: "environment", retry: false } as const;

/** Of backup and restore (cli/backup/words.ts), and what `decode` prints for programs. */
const ELSEWHERE = /^(?:backup_|database_|not_empty$|no_pg_tools$|bad_hex$)/;

function documented(heading: string): string[] {
  const sections = readFileSync("docs/errors.md", "utf8").split(/^## /m);
  const section = sections.find((one) => one.startsWith(heading)) ?? "";
  return [...section.matchAll(/^\| `([a-z0-9_]+)` *\|/gm)].map(([, code = ""]) => code);
}

function inChinese(code: string, about: Facts): string {
  return problemText(new AnhuError(code, "in English", { ...environment, about }), CHINESE);
}

describe("every error that a command can end with has a Chinese sentence", () => {
  const codes = ["Start and commands", "InfluxDB set-up"].flatMap(documented);
  test.each(codes.filter((code) => !ELSEWHERE.test(code)))("%s", (code) => {
    const text = inChinese(code, {});
    expect(text).toMatch(/\p{Script=Han}/u);
    expect(text).not.toMatch(UNKNOWN);
    expect(text).not.toContain("in English");
  });

  test.each(documented("Facility file"))("a mistake in a facility file: %s", (reason) => {
    const about = mistakesOf("facility.yaml", [{ line: 7, path: "a.b", reason, detail: "why" }]);
    const [, line = ""] = inChinese("bad_facility", about).split("\n");
    expect(line).toMatch(
      new RegExp(`^ {2}facility.yaml:7 a.b .*\\p{Script=Han}.*（${reason}）(?:：why)?$`, "u"),
    );
    expect(line).not.toContain("有误");
  });

  test("there were codes to look at", () => {
    expect(codes.length).toBeGreaterThan(25);
    expect(documented("Facility file").length).toBeGreaterThan(15);
  });
});

test("errors that come without facts name none", () => {
  const bare = ["bad_config", "bad_facility", "unreadable"];
  const others = [
    "tls_unreadable",
    "no_credentials",
    "bad_secrets",
    "already_running",
    "influx_failed",
  ];
  for (const code of [...bare, ...others]) expect(inChinese(code, {})).not.toContain("undefined");
});

test("a taken port is named with its owner and the variable", () => {
  const facts = { host: "127.0.0.1", port: 1883, command: "node x.ts", pid: "812" };
  expect(inChinese("port_taken", { ...facts, variable: "ANHU_MQTT_PORT" })).toBe(
    "127.0.0.1 的端口 1883 已被 node x.ts（进程 812）占用：请结束该程序，或用 ANHU_MQTT_PORT 换用其他端口",
  );
  expect(inChinese("port_taken", facts)).toContain("facility.yaml");
});

test("what a service could not do is said in its parent's sentence, with the log", () => {
  const about = { service: "ingest", log: "/d/logs/ingest.log" };
  const failure = failureOf(
    new AnhuError("bad_config", "in English", { ...environment, about: { variable: "ANHU_X" } }),
  );
  expect(inChinese("service_failed", { ...factsOf(failure), ...about })).toBe(
    "ingest 未能启动：ANHU_X 的设置有误：说明见 docs/operation.md（日志：/d/logs/ingest.log）",
  );
  expect(inChinese("service_failed", { how: "SIGKILL", ...about })).toContain("（SIGKILL）");
});

test("what a service alone could not do is said in its own sentence; a bug of it keeps its words", () => {
  const failure = failureOf(
    new AnhuError("bad_config", "in English", { ...environment, about: { variable: "ANHU_X" } }),
  );
  expect(problemText(errorOf(failure), CHINESE)).toContain("ANHU_X 的设置有误");
  expect(problemText(errorOf(failure), { LANG: "C" })).toBe("in English");
  const bug = errorOf(failureOf(new TypeError("x is not a function")));
  expect(problemText(bug, CHINESE)).toBe("程序出错：x is not a function");
});

test("in an English shell an error's own sentence stands; what no sentence knows is named by its code", () => {
  const error = new AnhuError("port_taken", "port 1 is taken", environment);
  expect(problemText(error, { LANG: "C" })).toBe("port 1 is taken");
  expect(inChinese("no_such_code", {})).toMatch(/代码 no_such_code/);
  const denied = Object.assign(new Error("EACCES: permission denied"), {
    code: "EACCES",
    path: "/root/x",
  });
  expect(problemText(denied, CHINESE)).toBe("没有权限：/root/x");
});

describe("a mistake in a facility file", () => {
  const example = readFileSync("core/facility/example.yaml.txt", "utf8");
  const said = (from: string, to: string): string => {
    const parsed = parseFacility(from === "" ? to : example.replace(from, to));
    const about = parsed.ok ? {} : mistakesOf("f.yaml", parsed.error);
    return inChinese("bad_facility", about);
  };

  test.each([
    ["role: carer", "role: cook", "没有这个岗位“cook”，可用：carer、nurse、"],
    ["kind: smoke, ", "", "f.yaml:22 devices[0] 缺少键 kind（missing_key）"],
    ["in: f3", "in: f9", "places[1].in 此文件中没有“f9”（unknown_reference）"],
    ['region: "350304"', "region: 350304", "应为文本（数字须加引号），现为 350304（wrong_type）"],
    ["supervise_s: 3600", "supervise_s: 0", "值不可能“0”，应为：>= 1（bad_value）"],
    ["", "\n", "f.yaml:1 文件是空的（empty_file）"],
  ])("%s -> %s names what stands there and what may", (from, to, sentence) => {
    expect(said(from, to)).toContain(sentence);
  });

  test("of YAML itself has its column and the parser's reason, and hides those that follow from it", () => {
    const lines = said("two_people: true", "two_people: true, {").split("\n").slice(1);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(3);
    for (const line of lines) {
      expect(line).toMatch(/^ {2}f\.yaml:\d+:\d+ 不是 YAML 1\.2（bad_yaml）：[A-Z]/);
    }
    const places = lines.map((line) => Number(line.split(":")[1]));
    expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
  });
});
