/** A mistake in a facility file, as every command says it: where, what stands there, what may. */
import type { Mistake } from "@anhu/core/facility";

/** One line: `file:line:column path reason: detail`. */
export function mistakeEn(file: string, mistake: Mistake): string {
  return `${placeOf(file, mistake)} ${mistake.reason}: ${mistake.detail}`;
}

/** One line, with the code behind. */
export function mistakeZh(file: string, mistake: Mistake): string {
  const { reason, detail } = mistake;
  const sentence = (SENTENCES[reason] ?? (() => "有误"))(mistake);
  // Why YAML cannot be read is known to its parser alone, which speaks English.
  const why = reason === "bad_yaml" || reason === "unreadable" ? `：${detail}` : "";
  return `${placeOf(file, mistake)} ${sentence}（${reason}）${why}`;
}

function placeOf(file: string, { line, column, path }: Mistake): string {
  const at = [file, ...(line === 0 ? [] : [line]), ...(column === undefined ? [] : [column])];
  return `${at.join(":")}${path === "" ? "" : ` ${path}`}`;
}

type Found = Pick<Mistake, "value" | "allowed">;

/** By reason. */
const SENTENCES: Readonly<Record<string, (found: Found) => string>> = {
  too_large: () => "超过 1 MiB",
  empty_file: () => "文件是空的",
  unreadable: () => "无法读取",
  bad_yaml: () => "不是 YAML 1.2",
  duplicate_key: () => "键重复",
  unknown_key: ({ allowed }) =>
    allowed === undefined ? "此处没有这个键" : `${allowed.join("、")} 只能有其一`,
  missing_key: ({ allowed = [] }) =>
    allowed.length > 1
      ? `缺少键：${allowed.join("、")} 须有其一`
      : `缺少键 ${allowed.join()}`.trim(),
  wrong_type: ({ value, allowed = [] }) => {
    const types = allowed.map((type) => TYPES[type] ?? type).join("或");
    return `类型不对${types && `：应为${types}`}${value === undefined ? "" : `，现为 ${value}`}`;
  },
  bad_value: (found) => `值不可能${quoted(found)}${allowedText("应为", found)}`,
  bad_id: (found) => `编号${quoted(found)}不对：应为 [a-z0-9-]，1 至 32 个字符`,
  bad_time: (found) => `时间${quoted(found)}不对：应为加引号的 "HH:MM"`,
  bad_timezone: (found) => `没有这个时区${quoted(found)}，例：Asia/Shanghai`,
  bad_topic: (found) => `主题${quoted(found)}不能这样写`,
  duplicate_id: (found) => `编号${quoted(found)}重复`,
  duplicate_address: (found) => `地址、端口或主题${quoted(found)}重复`,
  unknown_reference: ({ value }) =>
    value === undefined ? "所指的条目不在此文件中" : `此文件中没有“${value}”`,
  unknown_kind: (found) => `没有这种读数${quoted(found)}${allowedText("可用", found)}`,
  unknown_driver: (found) => `没有这个驱动${quoted(found)}${allowedText("可用", found)}`,
  unknown_role: (found) => `没有这个岗位${quoted(found)}${allowedText("可用", found)}`,
  unknown_channel: (found) => `没有这种通知渠道${allowedText("可用", found)}`,
  unknown_policies: (found) => `没有这套呼叫策略${quoted(found)}${allowedText("可用", found)}`,
  place_cycle: () => "场所包含了它自己",
  overlapping_shifts: () => "班次重叠",
  unknown_gateway: () => "没有这个网关",
};

/** By the validator's word (JSON Schema, 6.1.1). */
const TYPES: Readonly<Record<string, string>> = {
  string: "文本（数字须加引号）",
  number: "数字",
  integer: "整数",
  boolean: " true 或 false",
  array: "列表",
  object: "一组键",
};

function quoted({ value }: Found): string {
  return value === undefined ? "" : `“${value}”`;
}

function allowedText(word: string, { allowed }: Found): string {
  return allowed === undefined ? "" : `，${word}：${allowed.join("、")}`;
}
