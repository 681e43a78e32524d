import { isChinese } from "../terminal.ts";

/** What a start says to a person, in one language. */
export type StartWords = typeof EN;

/** Chinese for a Chinese locale, else English. */
export function startWords(env: Readonly<Record<string, string | undefined>>): StartWords {
  return isChinese(env) ? ZH : EN;
}

const EN = {
  /** Which of a name is shown. */
  language: "en" as "en" | "zh",
  /** `log` says why. */
  consoleFailed: (log: string) => `The console could not be built; see ${log}`,
  /** `reason` is a signal's name, or `npm` when the npm that started Anhu is gone. */
  farewell: (reason: string) =>
    `Stopping: ${reason === "npm" ? "the npm that started Anhu is gone" : reason}`,
  stopped: "Stopped.",
  /** `mistakes`: how many things of the configuration are wrong. */
  ailing: (mistakes: number) =>
    `${mistakes === 1 ? "1 thing" : `${mistakes} things`} of the configuration would keep an alarm from its people:  npx anhu doctor`,
  /** `how`: an exit code or a signal. */
  startsAgain: (service: string, how: string, delayMs: number) =>
    `${service} ended with ${how}; it starts again in ${delayMs} ms`,
  exitCode: (code: number | null) => `code ${code}`,
  logTrouble: (service: string, why: string) => `the log of ${service}: ${why}`,
  linkOnce: "Good for 15 minutes, once; it ends links that nobody has used.",
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
  raise: "Raise a fire:  npx anhu scenario your-turn",
  join: "Join a gateway:  npx anhu gateway add FACILITY GATEWAY",
  stop: "Stop:  Ctrl-C",
};

const ZH: StartWords = {
  language: "zh",
  consoleFailed: (log) => `控制台未能构建，详见 ${log}`,
  farewell: (reason) => `正在停止：${reason === "npm" ? "启动安护的 npm 进程已不在" : reason}`,
  stopped: "已停止。",
  ailing: (mistakes) => `配置有 ${mistakes} 处错误，报警可能无法送达：npx anhu doctor 查看详情`,
  startsAgain: (service, how, delayMs) => `${service} 已退出（${how}），${delayMs} 毫秒后重新启动`,
  exitCode: (code) => `退出码 ${code}`,
  logTrouble: (service, why) => `${service} 的日志：${why}`,
  linkOnce: "15 分钟内有效，仅可使用一次；此前未使用的链接随之失效。",
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
  raise: "模拟一次火警：npx anhu scenario your-turn",
  join: "接入网关：npx anhu gateway add 机构 网关",
  stop: "停止：Ctrl-C",
};
