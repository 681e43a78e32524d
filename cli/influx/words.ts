import { isChinese } from "../terminal.ts";
import { HOURLY } from "./plan.ts";
import type { Note, Step } from "./step.ts";

/** What set-up says, in one language. */
export interface SetupWords {
  readonly title: (host: string, version: string) => string;
  readonly what: Readonly<Record<Step["what"], string>>;
  readonly outcome: Readonly<Record<Step["outcome"], string>>;
  readonly days: (days: number) => string;
  readonly note: Readonly<Record<Note, string>>;
  readonly unset: string;
}

export function setupWords(env: Readonly<Record<string, string | undefined>>): SetupWords {
  return isChinese(env) ? ZH : EN;
}

const ZH: SetupWords = {
  title: (host, version) => `InfluxDB ${version}，${host}`,
  what: {
    database: "数据库",
    bucket: "存储桶",
    retention: "保存期限",
    mapping: "DBRP 映射",
    roll_up: "小时汇总",
  },
  outcome: {
    made: "已建",
    changed: "已改",
    found: "已有",
    removed: "已删",
    kept: "未动",
    not_possible: "不支持",
  },
  days: (days) => (days === 0 ? "永久保存" : `保存 ${days} 天`),
  note: {
    longer: "比默认的长；要缩短（会删除更早的读数）请给出 --retention",
    fixed: "此版本只能在建库时设定",
    no_tasks: `此版本没有任务；没有 ${HOURLY} 汇总，原始读数不受影响`,
  },
  unset: "没有设置 ANHU_INFLUX_URL：读数在内置存储里，不需要设置",
};

const EN: SetupWords = {
  title: (host, version) => `InfluxDB ${version} at ${host}`,
  what: {
    database: "database",
    bucket: "bucket",
    retention: "retention",
    mapping: "DBRP mapping",
    roll_up: "hourly roll-up",
  },
  outcome: {
    made: "made",
    changed: "changed",
    found: "found",
    removed: "removed",
    kept: "left",
    not_possible: "not possible",
  },
  days: (days) => (days === 0 ? "kept for ever" : `kept ${days} days`),
  note: {
    longer:
      "longer than usual; give --retention to shorten it, which deletes the readings before that",
    fixed: "this version sets it only when the database is made",
    no_tasks: `this version has no tasks: no ${HOURLY} figures; the readings themselves are not concerned`,
  },
  unset:
    "ANHU_INFLUX_URL is not set: readings are in the embedded store, which needs no setting up",
};
