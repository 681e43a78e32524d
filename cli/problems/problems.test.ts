import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AnhuError, failureOf } from "@anhu/core/errors";
import type { Facts } from "@anhu/core/errors";
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
      new RegExp(`^ {2}facility.yaml:7 a.b .*\\p{Script=Han}.*（${reason}）$`, "u"),
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
