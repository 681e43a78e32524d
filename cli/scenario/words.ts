import type { Expectation } from "@anhu/firmware-sim/scenarios";
import { isChinese } from "../terminal.ts";

/** What a scenario says to a person, in one language. */
export interface Words {
  /** Which of a `Name` is shown. */
  readonly language: "zh" | "en";
  readonly unknown: (name: string) => string;
  readonly notRunning: string;
  readonly refused: string;
  readonly ok: string;
  readonly failed: string;
  readonly after: (ms: number) => string;
  readonly notSeen: string;
  readonly within: (what: string, ms: number) => string;
  readonly expected: (expectation: Expectation) => string;
  readonly allMet: (all: number) => string;
  readonly notMet: (failed: number, all: number) => string;
  /** Moments that were not played. */
  readonly leftOut: (moments: number) => string;
}

/** Chinese for a Chinese locale, else English. */
export function wordsFor(env: Readonly<Record<string, string | undefined>>): Words {
  return isChinese(env) ? ZH : EN;
}

const EN: Words = {
  language: "en",
  unknown: (name) => `there is no scenario "${name}"; these are:`,
  notRunning: "the system is not running (npm start starts it)",
  refused: "refused",
  ok: "ok  ",
  failed: "FAIL",
  after: (ms) => `after ${ms} ms`,
  notSeen: "not seen",
  within: (what, ms) => `${what} within ${ms} ms`,
  expected(expectation) {
    switch (expectation.expect) {
      case "siren":
        return `siren ${expectation.on ? "sounds" : "is silent"}`;
      case "confirmed":
        return "gateway confirms";
      case "denied":
        return "gateway denies";
      case "heard":
        return "gateway takes every byte";
      case "incident": {
        const { device, kind, room } = expectation;
        const place = room === undefined ? "" : ` in ${room}`;
        return `incident ${kind} (${expectation.class}) by ${device}${place}`;
      }
      case "resolved":
        return `incident by ${expectation.device} resolved`;
      case "stored":
        return `reading ${expectation.kind} of ${expectation.device} stored`;
      case "ledger":
        return `ledger: ${expectation.type}, ${expectation.device}`;
      default:
        return "";
    }
  },
  allMet: (all) => `all ${all} expectations were met`,
  notMet: (failed, all) => `${failed} of ${all} expectations were NOT met`,
  leftOut: (moments) => `; the system does not answer, ${moments} moments were left out`,
};

const ZH: Words = {
  language: "zh",
  unknown: (name) => `没有名为“${name}”的场景，可用的场景：`,
  notRunning: "系统未运行（用 npm start 启动）",
  refused: "被拒绝",
  ok: "通过",
  failed: "失败",
  after: (ms) => `${ms} 毫秒后`,
  notSeen: "未观察到",
  within: (what, ms) => `${ms} 毫秒内${what}`,
  expected(expectation) {
    switch (expectation.expect) {
      case "siren":
        return expectation.on ? "警报器鸣响" : "警报器静默";
      case "confirmed":
        return "网关确认";
      case "denied":
        return "网关否认";
      case "heard":
        return "网关收到全部字节";
      case "incident": {
        const { device, kind, room } = expectation;
        const place = room === undefined ? "" : `（${room}）`;
        return `${device}${place}触发事件 ${kind}（${expectation.class}）`;
      }
      case "resolved":
        return `${expectation.device} 的事件已解除`;
      case "stored":
        return `${expectation.device} 的读数 ${expectation.kind} 已存储`;
      case "ledger":
        return `台账记录 ${expectation.type}：${expectation.device}`;
      default:
        return "";
    }
  },
  allMet: (all) => `${all} 项期望全部达成`,
  notMet: (failed, all) => `${all} 项期望中有 ${failed} 项未达成`,
  leftOut: (moments) => `；系统无响应，其余 ${moments} 个步骤未执行`,
};
