import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toString as qrText } from "qrcode";
import { lanUrl, localUrl } from "../admin/link.ts";
import type { Installation } from "../setup/index.ts";
import { columns, isChinese } from "../terminal.ts";
import type { Ports } from "./index.ts";

export interface GreetingOptions {
  readonly dataDir: string;
  readonly demo: boolean;
  readonly lan: string | undefined;
  readonly ports: Ports;
  readonly installation: Installation;
  /** It is read on a terminal, which knows colours. */
  readonly onTerminal: boolean;
  /** One-time links to become the administrator, while nobody is. */
  readonly adminLinks: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Row = readonly [name: string, value: string];

/** What runs, where to look, how to get in, how to raise a fire: in Chinese for a Chinese locale, else in English, never both. */
export async function greeting(options: GreetingOptions): Promise<string> {
  const words = isChinese(options.env) ? ZH : EN;
  return [
    "",
    options.demo ? words.demo : words.real,
    "",
    table([[words.console, localUrl(options.ports.http)], ...lanRows(options, words)]),
    ...(await code(options, words)),
    "",
    ...entrance(options, words),
    table(serviceRows(options, words)),
    "",
    options.demo ? words.raise : words.join,
    words.stop,
    "",
  ].join("\n");
}

/** What ends, and why: `reason` is a signal's name, or `npm` when the npm that started Anhu is gone. */
export function farewell(reason: string, env: GreetingOptions["env"]): string {
  const words = isChinese(env) ? ZH : EN;
  return `${words.stopping}${reason === "npm" ? words.npmGone : reason}`;
}

/** The console could not be built: where it says why. */
export function consoleFailed(log: string, env: GreetingOptions["env"]): string {
  return `${(isChinese(env) ? ZH : EN).consoleFailed}${log}`;
}

/** The address for phones, and the certificate that they must trust, with its SHA-256 to compare. */
function lanRows({ lan, ports, dataDir }: GreetingOptions, words: Words): Row[] {
  if (lan === undefined) return [];
  const ca = new X509Certificate(readFileSync(join(dataDir, "tls", "ca.crt")));
  const url = lanUrl(lan, ports.lan);
  return [
    [words.phones, url],
    [words.ca, `${url}ca.crt`],
    ["", `SHA-256 ${ca.fingerprint256}`],
  ];
}

/** With colours it is black on white on a dark terminal too: not every phone reads it the other way round. */
async function code({ lan, ports, onTerminal }: GreetingOptions, words: Words): Promise<string[]> {
  if (lan === undefined) return [];
  const url = lanUrl(lan, ports.lan);
  const form = onTerminal
    ? ({ type: "terminal", small: true } as const)
    : { type: "utf8" as const };
  return ["", words.scan, "", await qrText(url, form)];
}

function entrance({ adminLinks }: GreetingOptions, words: Words): string[] {
  if (adminLinks.length === 0) return [words.another, ""];
  return [words.firstLink, ...adminLinks.map((link) => `  ${link}`), words.another, ""];
}

function serviceRows(options: GreetingOptions, words: Words): Row[] {
  const { ports, installation, env, dataDir } = options;
  const facility = installation.facility?.facility;
  const hosts = options.lan === undefined ? "127.0.0.1" : `127.0.0.1, ${options.lan}`;
  const name = words === ZH ? facility?.name.zh : facility?.name.en;
  return [
    [words.broker, `mqtt://127.0.0.1:${ports.mqtt}   mqtts://${hosts}:${ports.mqtts}`],
    [words.ingest, env["ANHU_INFLUX_URL"] ?? `${dataDir}/ingest`],
    [words.response, `http://127.0.0.1:${ports.http}/api/v1/incidents`],
    [words.health, `http://127.0.0.1:${ports.http}/healthz   /metrics`],
    facility === undefined
      ? [words.gateway, words.noGateway]
      : [words.gateway, `${facility.id}/${installation.gateway ?? "-"}  ${name}`],
    [words.logs, `${dataDir}/logs`],
  ];
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => columns(name)));
  return rows
    .map(([name, value]) => `  ${name}${" ".repeat(width - columns(name))}  ${value}`)
    .join("\n");
}

const EN = {
  consoleFailed: "The console could not be built; see ",
  stopping: "Stopping: ",
  npmGone: "the npm that started Anhu is gone",
  demo: "Anhu is running with a SIMULATED demo facility.",
  real: "Anhu is running.",
  console: "console",
  phones: "on phones",
  ca: "its CA",
  scan: "Scan with a phone on the same network:",
  firstLink: "Nobody can sign in yet. Become the administrator, once, within 15 minutes:",
  another: "Another link for an administrator:  npx anhu admin link",
  broker: "broker",
  ingest: "readings",
  response: "incidents",
  health: "health",
  gateway: "gateway",
  noGateway:
    "none here: put a facility.yaml into the data directory, or join one by: npx anhu gateway add FACILITY GATEWAY",
  logs: "logs",
  raise: "Raise a fire:  npx anhu scenario smoke-302",
  join: "Join a gateway:  npx anhu gateway add FACILITY GATEWAY",
  stop: "Stop:  Ctrl-C",
};

type Words = typeof EN;

const ZH: Words = {
  consoleFailed: "控制台未能构建，详见 ",
  stopping: "正在停止：",
  npmGone: "启动安护的 npm 进程已不在",
  demo: "安护已启动，机构为模拟演示机构。",
  real: "安护已启动。",
  console: "控制台",
  phones: "手机访问",
  ca: "根证书",
  scan: "请用同一网络内的手机扫码：",
  firstLink: "目前还没有人可以登录。请在 15 分钟内打开以下一次性链接，成为管理员：",
  another: "再次获取管理员链接：npx anhu admin link",
  broker: "消息代理",
  ingest: "读数存储",
  response: "事件",
  health: "健康检查",
  gateway: "网关",
  noGateway: "本机没有网关：将 facility.yaml 放入数据目录，或执行 npx anhu gateway add 机构 网关",
  logs: "日志",
  raise: "模拟一次火警：npx anhu scenario smoke-302",
  join: "接入网关：npx anhu gateway add 机构 网关",
  stop: "停止：Ctrl-C",
};
