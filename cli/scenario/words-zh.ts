import type { PhoneEvent, SimulatorEvent } from "@anhu/firmware-sim/control";
import type { Expectation } from "@anhu/firmware-sim/scenarios";
import type { Words } from "./words.ts";

export const ZH: Words = {
  language: "zh",
  unknown: (name) =>
    `${name === undefined ? "请指定场景" : `没有名为“${name}”的场景`}，可用的场景：`,
  misuse: ({ reason }) => (reason === "nobody_to_call" ? NOBODY : USAGE),
  notRunning: (dataDir) => `${dataDir} 上没有运行中的模拟演示（用 npm start 启动）`,
  refused: (_, reason) => `被拒绝，代码 ${reason}`,
  ok: "通过",
  failed: "失败",
  skipped: "略过",
  after: (time) => `${time}后`,
  notSeen: "未观察到",
  held: "未发生",
  notWaitedFor: "不再等待",
  within: (what, time) => `${time}内${what}`,
  until: (what, time) => `${time}内${what}`,
  between: (what, from, to) => `${from}至 ${to}之间${what}`,
  time: (ms) => (ms < 10_000 ? `${ms} 毫秒` : `${Math.round(ms / 100) / 10} 秒`),
  expected,
  seen,
  state: (state) => `事件状态：${word(STATES, state)}`,
  allMet: (all) => `${all} 项期望全部达成`,
  notMet: ({ met, failed, skipped }) => {
    const all = met + failed + skipped;
    if (skipped === 0) return `${all} 项期望中有 ${failed} 项未达成`;
    return `${all} 项期望：达成 ${met} 项，未达成 ${failed} 项，略过 ${skipped} 项`;
  },
  leftOut: (moments) => `；系统无响应，其余 ${moments} 个步骤未执行`,
  lost: (what, address) =>
    `${LOST[what](address)}；本场景触发的事件可能仍未结案：系统运行后，请在控制台打开该事件，依次点“已到达”“现场已复位”“结案”`,
};

const NOBODY = "本机构没有该场景所需的探测器，或所需人员没有模拟手机";
const USAGE = [
  "命令参数有误：",
  "  --answer  never，或 角色@秒数（可重复；无人值守的值班室：carer、head、fire-lead、rescue-centre，150 秒以内；其他场景不需要应答）",
  "  --arrive  never，或 应答后到场的秒数（114 以内；never 时只能有一人应答）",
].join("\n");

const STATES: Readonly<Record<string, string>> = {
  raised: "已触发",
  notified: "已通知",
  unanswered: "无人应答",
  acknowledged: "有人前往",
  arrived: "已到场",
  resolved: "已解除",
  closed: "已结案",
};
const ROLES: Readonly<Record<string, string>> = {
  carer: "护理员",
  nurse: "护士",
  "duty-officer": "值班员",
  head: "院长",
  "fire-lead": "消防负责人",
  doctor: "医生",
  maintenance: "维修员",
  "rescue-centre": "救援中心",
};
const PURPOSES: Readonly<Record<string, string>> = {
  call: "呼叫到场",
  prompt: "值班室查问",
  duty_check: "查岗",
  update: "情况更新",
  stand_down: "解除通知",
  unanswered: "无人应答，再次呼叫",
  test_call: "测试呼叫",
  summary: "汇总",
};
const ANSWERS: Readonly<Record<string, string>> = {
  shown: "已显示",
  coming: "我来了",
  cannot_come: "无法到场",
  arrived: "已到场",
  here: "在岗",
};

const LOST = {
  system: (address: string) => `系统已停止：${address} 不再应答，模拟器也已退出`,
  response: (address: string) => `response 服务在 ${address} 已有 10 秒没有应答`,
  simulator: (address: string) => `模拟器已退出；${address} 仍在应答`,
};

function expected(expectation: Expectation): string {
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
      return `触发事件 ${kind}（${expectation.class}）：${device}${place}`;
    }
    case "resolved":
      return `事件已解除：${expectation.device}`;
    case "stored":
      return `读数 ${expectation.kind} 已存储：${expectation.device}`;
    case "ledger": {
      const { type, times = 1, device } = expectation;
      return `台账记录 ${type}${times === 1 ? "" : `（第 ${times} 次）`}：${device}`;
    }
    case "called": {
      const again = expectation.after_unanswered === undefined ? "" : "再次";
      return `电话${again}响起：${expectation.name.zh}`;
    }
    case "not_called":
      return `电话不响：${expectation.name.zh}`;
    case "state":
      return `事件状态为“${word(STATES, expectation.state)}”`;
    case "not_state":
      return `事件状态不为“${word(STATES, expectation.state)}”`;
    default:
      return "";
  }
}

function seen(event: SimulatorEvent): string | undefined {
  if (event.event === "siren") return event.on ? `警报器鸣响：${event.tone}` : "警报器静默";
  if (event.event === "mail") return `电子邮件发至 ${event.to.join("、")}：${event.subject}`;
  return event.event === "phone" ? phone(event) : undefined;
}

function phone(event: PhoneEvent): string {
  const who = `${word(ROLES, event.role ?? "手机")} ${event.person ?? ""}`;
  if (event.what === "answered") {
    const { status, state, reason, answer } = event;
    const said = state === null ? (reason ?? "") : word(STATES, state);
    return `${who} 应答：${word(ANSWERS, answer)}（${[status ?? "无回应", said].join(" ").trim()}）`;
  }
  if (event.shown) return `${who} 的电话响起：${word(PURPOSES, event.purpose ?? "")}`;
  return `${who} 的电话拒绝：${event.reason ?? ""} ${event.status ?? "无回应"}`;
}

function word(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}
