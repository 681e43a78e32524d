import type { Installation } from "../setup/index.ts";
import { columns, isChinese } from "../terminal.ts";
import type { Ports } from "./index.ts";

export interface GreetingOptions {
  readonly dataDir: string;
  readonly demo: boolean;
  readonly lan: string | undefined;
  readonly ports: Ports;
  readonly installation: Installation;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What runs, where to look, how to raise a fire: in Chinese for a Chinese locale, else in English, never both. */
export function greeting(options: GreetingOptions): string {
  const chinese = isChinese(options.env);
  const words = chinese ? ZH : EN;
  const { ports, installation } = options;
  const facility = installation.facility?.facility;
  const hosts = options.lan === undefined ? "127.0.0.1" : `127.0.0.1, ${options.lan}`;
  const rows = [
    [words.broker, `mqtt://127.0.0.1:${ports.mqtt}   mqtts://${hosts}:${ports.mqtts}`],
    [words.ingest, options.env["ANHU_INFLUX_URL"] ?? `${options.dataDir}/ingest`],
    [words.response, `http://127.0.0.1:${ports.http}/api/v1/incidents`],
    [words.health, `http://127.0.0.1:${ports.http}/healthz   /metrics`],
    facility === undefined
      ? [words.gateway, words.noGateway]
      : [
          words.gateway,
          `${facility.id}/${installation.gateway ?? "-"}  ${chinese ? facility.name.zh : facility.name.en}`,
        ],
    [words.logs, `${options.dataDir}/logs`],
  ];
  const width = Math.max(...rows.map(([name]) => columns(name ?? "")));
  const table = rows.map(
    ([name = "", value = ""]) => `  ${name}${" ".repeat(width - columns(name))}  ${value}`,
  );
  return [
    "",
    options.demo ? words.demo : words.real,
    "",
    ...table,
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

const EN = {
  stopping: "Stopping: ",
  npmGone: "the npm that started Anhu is gone",
  demo: "Anhu is running with a SIMULATED demo facility.",
  real: "Anhu is running.",
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

const ZH: typeof EN = {
  stopping: "正在停止：",
  npmGone: "启动安护的 npm 进程已不在",
  demo: "安护已启动，机构为模拟演示机构。",
  real: "安护已启动。",
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
