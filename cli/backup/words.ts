import { isChinese, timeText } from "../terminal.ts";
import type { BackupReason, Flaw } from "./errors.ts";
import type { Step } from "./make.ts";
import type { Manifest } from "./manifest.ts";

/** What `backup` and `restore` say to a person, in one language. */
export interface Words {
  readonly refused: Readonly<Record<BackupReason, (detail: string) => string>>;
  /** What is wrong with a damaged backup. */
  readonly flaw: Readonly<Record<Flaw, (what: string) => string>>;
  readonly step: (step: Step) => string;
  readonly made: (file: string, manifest: Manifest) => readonly string[];
  readonly restored: (dataDir: string, manifest: Manifest) => readonly string[];
}

/** Chinese for a Chinese locale, else English. */
export function wordsFor(env: Readonly<Record<string, string | undefined>>): Words {
  return isChinese(env) ? ZH : EN;
}

const EN: Words = {
  refused: {
    backup_exists: (file) => `${file} is there already: name another file`,
    backup_inside: (file) =>
      `${file} lies in the data directory itself: name a file elsewhere, best on another disk`,
    backup_failed: (why) => `the copy failed: ${why}`,
    backup_damaged: (what) => `the backup is damaged, nothing was written: ${what}`,
    not_set_up: (dataDir) =>
      `nothing has been started in ${dataDir} yet: set ANHU_DATA to the directory to back up`,
    not_empty: (dataDir) => `${dataDir} is not empty: restore into a new directory, by ANHU_DATA`,
    already_running: (dataDir) =>
      `a system is running on ${dataDir}: stop it, and restore into a new directory, by ANHU_DATA`,
    database_not_empty: (tables) =>
      `the database of ANHU_DATABASE_URL is not empty (${tables}): make a new one`,
    database_missing: () =>
      "incidents of this backup stand in PostgreSQL: set ANHU_DATABASE_URL to an empty database",
    database_unwanted: () => "incidents of this backup stand in SQLite: unset ANHU_DATABASE_URL",
    no_pg_tools: (program) =>
      `${program} is not on this machine; install the package postgresql-client, at least as new as the server, and run this again`,
  },
  flaw: {
    unreadable: (why) => `it cannot be read as a .tar.gz (${why})`,
    manifest: (name) => `${name} is not there, or no manifest of this version`,
    not_plain: (paths) => `links or devices in it: ${paths}`,
    twice: (paths) => `it holds twice: ${paths}`,
    outside: (paths) => `paths that lead outside: ${paths}`,
    foreign: (paths) => `no backup holds: ${paths}`,
    missing: (paths) => `missing: ${paths}`,
    changed: (paths) => `changed: ${paths}`,
    unnamed: (paths) => `not in the manifest: ${paths}`,
    unclaimed: (name) => `${name} is not there, or not of the manifest's mode`,
    database: (name) => `${name} does not go with the database of the manifest`,
  },
  step(step) {
    switch (step.step) {
      case "copy":
        return `copying: ${part(step)}`;
      case "check":
        return `checking: ${size(step.bytes)}`;
      case "lay_out":
        return `writing: ${size(step.of)}`;
      case "dump":
        return "PostgreSQL: working";
      case "pack":
        return "packing";
      default:
        return "";
    }
  },
  made: (file, { files, readings }) => [
    `${file}: ${files.length} files, every one checked`,
    "It holds secrets and names: keep it where only you can read it.",
    ...(readings === "influx"
      ? ["Readings stand in InfluxDB and are not in it: back them up by its own tools."]
      : []),
  ],
  restored: (dataDir, { files, created_at, readings, mode }) => [
    `${dataDir}: ${files.length} files, as of ${timeText(created_at)}`,
    "Do not let the old system run again: gateways have one identity. What waited in this machine's outbox is sent again from here and stored once.",
    ...(readings === "influx"
      ? ["Readings stand in InfluxDB: restore them by its own tools."]
      : []),
    `Start it:  ${startOf(dataDir, mode)}`,
  ],
};

const ZH: Words = {
  refused: {
    backup_exists: (file) => `${file} 已存在，请换一个文件名`,
    backup_inside: (file) => `${file} 位于数据目录之内，请放到别处，最好是另一块磁盘`,
    backup_failed: (why) => `复制失败：${why}`,
    backup_damaged: (what) => `备份已损坏，未写入任何内容：${what}`,
    not_set_up: (dataDir) => `${dataDir} 中尚未启动过系统：请用 ANHU_DATA 指定要备份的目录`,
    not_empty: (dataDir) => `${dataDir} 不是空目录：请用 ANHU_DATA 指定一个新目录`,
    already_running: (dataDir) =>
      `${dataDir} 上有系统正在运行：请先停止，并用 ANHU_DATA 指定一个新目录`,
    database_not_empty: (tables) => `ANHU_DATABASE_URL 的数据库不是空的（${tables}）：请新建一个`,
    database_missing: () => "此备份的事件在 PostgreSQL 中：请将 ANHU_DATABASE_URL 设为一个空数据库",
    database_unwanted: () => "此备份的事件在 SQLite 中：请取消 ANHU_DATABASE_URL",
    no_pg_tools: (program) =>
      `本机没有 ${program}：请安装 postgresql-client（版本不低于服务器）后重试`,
  },
  flaw: {
    unreadable: () => "无法作为 .tar.gz 读取",
    manifest: (name) => `缺少 ${name}，或它不是此版本的清单`,
    not_plain: (paths) => `其中有链接或设备文件：${paths}`,
    twice: (paths) => `重复的文件：${paths}`,
    outside: (paths) => `路径指向目录之外：${paths}`,
    foreign: (paths) => `备份中不应有：${paths}`,
    missing: (paths) => `缺少：${paths}`,
    changed: (paths) => `已改动：${paths}`,
    unnamed: (paths) => `清单中没有：${paths}`,
    unclaimed: (name) => `缺少 ${name}，或与清单的模式不符`,
    database: (name) => `${name} 与清单中的数据库不符`,
  },
  step(step) {
    switch (step.step) {
      case "copy":
        return `正在复制：${part(step)}`;
      case "check":
        return `正在校验：${size(step.bytes)}`;
      case "lay_out":
        return `正在写入：${size(step.of)}`;
      case "dump":
        return "PostgreSQL：处理中";
      case "pack":
        return "正在打包";
      default:
        return "";
    }
  },
  made: (file, { files, readings }) => [
    `${file}：共 ${files.length} 个文件，均已校验`,
    "其中含有密钥和姓名：请妥善保管，仅限本人可读。",
    ...(readings === "influx" ? ["读数在 InfluxDB 中，不在此备份内：请用其自带工具备份。"] : []),
  ],
  restored: (dataDir, { files, created_at, readings, mode }) => [
    `${dataDir}：共 ${files.length} 个文件，时间点 ${timeText(created_at)}`,
    "请勿再运行原系统：每个网关只有一个身份。本机发件箱中未确认的内容将从这里重发，且只存储一次。",
    ...(readings === "influx" ? ["读数在 InfluxDB 中：请用其自带工具恢复。"] : []),
    `启动：${startOf(dataDir, mode)}`,
  ],
};

/** Without its directory the one that was replaced would start. */
function startOf(dataDir: string, mode: Manifest["mode"]): string {
  return `ANHU_DATA=${dataDir} npm start${mode === "demo" ? "" : " -- --no-demo"}`;
}

function part({ bytes, of }: { readonly bytes: number; readonly of: number }): string {
  return `${size(bytes)} / ${size(of)}`;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
