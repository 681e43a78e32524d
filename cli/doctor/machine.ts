/** The machine: runtime, disk, clock, serial lines. */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Check, Finding } from "./model.ts";
import { note, wrong } from "./model.ts";

/** assumption: an outbox may grow to 1 GiB, and a store needs as much again to work. */
const FREE_BYTES = 2 * 1024 ** 3;
const NODE_MAJOR = 24;
const ANSWER_MS = 5_000;
/** 2025-01-01: a clock before it was never set. */
const NOT_BEFORE = 1_735_689_600_000;

export const node: Check = {
  id: "node",
  title: { zh: "Node 版本", en: "Node version" },
  look({ nodeVersion }) {
    if (Number(nodeVersion.split(".")[0]) >= NODE_MAJOR) return [];
    return [
      wrong(
        {
          zh: `Node 版本为 ${nodeVersion}，需要 ${NODE_MAJOR}`,
          en: `this is Node ${nodeVersion}, ${NODE_MAJOR} is needed`,
        },
        {
          zh: "用 npx anhu 或 npm start 运行，二者自带所需版本",
          en: "run it by npx anhu or npm start, which bring their own",
        },
      ),
    ];
  },
};

export const disk: Check = {
  id: "disk",
  title: { zh: "磁盘空间", en: "disk space" },
  async look({ dataDir }) {
    const place = existing(dataDir);
    const { bavail, bsize } = await statfs(place);
    const free = bavail * bsize;
    if (free >= FREE_BYTES) return [];
    const size = `${Math.floor(free / 1024 ** 2)} MiB`;
    return [
      wrong(
        { zh: `${place} 仅剩 ${size}`, en: `${size} are left at ${place}` },
        {
          zh: "清理磁盘，或用 ANHU_DATA 换到更大的磁盘；至少需要 2 GiB",
          en: "make room, or move ANHU_DATA to a larger disk; 2 GiB at least",
        },
      ),
    ];
  },
};

export const clock: Check = {
  id: "clock",
  title: { zh: "系统时钟", en: "clock" },
  async look(scene) {
    if (scene.clock.wall() < NOT_BEFORE) {
      const at = new Date(scene.clock.wall()).toISOString();
      return [wrong({ zh: `系统时间为 ${at}`, en: `the clock says ${at}` }, SET_CLOCK)];
    }
    const synchronised = await ask("timedatectl", [
      "show",
      "--property=NTPSynchronized",
      "--value",
    ]);
    if (synchronised === "yes") return [];
    if (synchronised === "no") {
      return [
        wrong(
          {
            zh: "系统时钟未与时间服务器同步",
            en: "the clock is not synchronised with a time server",
          },
          SET_CLOCK,
        ),
      ];
    }
    return [
      note(
        {
          zh: "无法得知系统时钟是否已同步",
          en: "whether the clock is synchronised cannot be seen here",
        },
        SET_CLOCK,
      ),
    ];
  },
};

const SET_CLOCK = {
  zh: "启用时间同步（systemd-timesyncd 或 chrony）：事件与台账以此时间为准",
  en: "switch on time synchronisation (systemd-timesyncd or chrony): incidents and the ledger carry this time",
};

export const lines: Check = {
  id: "serial-lines",
  title: { zh: "串口", en: "serial lines" },
  look(scene) {
    // The simulator's lines are there only while it runs.
    if (scene.installation?.mode === "demo") return [];
    const own = scene.facilities.find(({ path }) => path === "facility.yaml")?.facility;
    return (own?.gateways[0]?.lines ?? []).flatMap(({ id, path }) =>
      path === undefined ? [] : lookAtLine(id, resolve(scene.dataDir, path)),
    );
  },
};

function lookAtLine(id: string, path: string): readonly Finding[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isCharacterDevice() !== true) {
    const state = found === undefined ? MISSING : NO_DEVICE;
    return [
      wrong(
        { zh: `线路 ${id} 的 ${path} ${state.zh}`, en: `line ${id}: ${path} ${state.en}` },
        {
          zh: "检查插头与 facility.yaml 中的 path；优先使用 /dev/serial/by-id/ 下的名称",
          en: "check the plug, and path in facility.yaml; names below /dev/serial/by-id/ stay the same",
        },
      ),
    ];
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return [];
  } catch {
    return [
      wrong(
        {
          zh: `无权读写线路 ${id} 的 ${path}`,
          en: `line ${id}: ${path} may not be read and written`,
        },
        {
          zh: "将运行安护的用户加入 dialout 组：sudo usermod -aG dialout 用户名，然后重新登录",
          en: "add the user that runs Anhu to its group: sudo usermod -aG dialout USER, then sign in anew",
        },
      ),
    ];
  }
}

const MISSING = { zh: "不存在", en: "is not there" };
const NO_DEVICE = { zh: "不是串口设备", en: "is no serial device" };

/** The folder itself, or the nearest one above it that is there. */
function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path));
}

/** What a command prints; undefined where there is no such command, or it fails. */
function ask(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((told) => {
    execFile(command, args, { timeout: ANSWER_MS }, (error, output) =>
      told(error === null ? output.trim() : undefined),
    );
  });
}
