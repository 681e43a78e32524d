import type { LedgerFinding, LedgerVerdict } from "@anhu/core/ledger";
import { isChinese } from "../terminal.ts";

/** What `audit` says to a person, in one language. */
export interface Words {
  readonly badHead: (text: string) => string;
  readonly noLog: (file: string) => string;
  readonly unreadable: (file: string, why: string) => string;
  readonly progress: (lines: number) => string;
  readonly verdict: (facility: string, verdict: LedgerVerdict) => string;
  readonly allIntact: (logs: number) => string;
  readonly notIntact: (logs: number) => string;
  readonly noEntries: (facility: string) => string;
  readonly exporting: (entries: number, of: number) => string;
  readonly exported: (entries: number, head: string) => string;
  readonly written: (file: string) => string;
  /** In place of a file that was there. */
  readonly replaced: (file: string) => string;
  readonly cutOff: (entries: number, head: number) => string;
  readonly notExported: (why: string) => string;
}

/** Chinese for a Chinese locale, else English. */
export function wordsFor(env: Readonly<Record<string, string | undefined>>): Words {
  return isChinese(env) ? ZH : EN;
}

const FINDINGS_EN: Readonly<Record<LedgerFinding["reason"], string>> = {
  ledger_changed: "was changed",
  ledger_missing: "is missing",
  ledger_reordered: "is not in its place",
};

const EN: Words = {
  badHead: (text) => `"${text}" is not a head: FACILITY/SEQ/LEAF`,
  noLog: (file) => `${file} holds no log`,
  unreadable: (file, why) => `${file} cannot be read: ${why}`,
  progress: (lines) => `${lines} entries read`,
  verdict(facility, { intact, head, finding }) {
    if (finding === null)
      return `ok    ${facility}: ${intact} entries, head ${headText(facility, head)}`;
    const { seq, reason, detail } = finding;
    return `FAIL  ${facility}: entry ${seq} ${FINDINGS_EN[reason]} (${reason}: ${detail}); intact up to ${intact}`;
  },
  allIntact: (logs) =>
    `${logs === 1 ? "the log is" : `all ${logs} logs are`} as written; compare the head with what was noted`,
  notIntact: (logs) =>
    `${logs === 1 ? "1 log is" : `${logs} logs are`} NOT as written: from the named entry on nothing is proven`,
  noEntries: (facility) => `there is no log of ${facility}`,
  exporting: (entries, of) => `${entries} of ${of} entries`,
  exported: (entries, head) => `${entries} entries; note the head: ${head}`,
  written: (file) => `written to ${file}`,
  replaced: (file) => `written to ${file}, in place of the file that was there`,
  cutOff: (entries, head) => `FAIL  the log ends at entry ${entries}, its head is ${head}`,
  notExported: (why) => `the log could not be exported: ${why}`,
};

const FINDINGS_ZH: typeof FINDINGS_EN = {
  ledger_changed: "被改动",
  ledger_missing: "缺失",
  ledger_reordered: "位置不对",
};

const ZH: Words = {
  badHead: (text) => `“${text}”不是有效的末条：格式为 机构/序号/哈希`,
  noLog: (file) => `${file} 中没有台账`,
  unreadable: (file, why) => `无法读取 ${file}：${why}`,
  progress: (lines) => `已读取 ${lines} 条`,
  verdict(facility, { intact, head, finding }) {
    if (finding === null)
      return `通过  ${facility}：共 ${intact} 条，末条 ${headText(facility, head)}`;
    const { seq, reason } = finding;
    return `失败  ${facility}：第 ${seq} 条${FINDINGS_ZH[reason]}（${reason}）；此前 ${intact} 条完好`;
  },
  allIntact: (logs) => `${logs} 份台账与写入时一致；请将末条与此前记下的核对`,
  notIntact: (logs) => `${logs} 份台账与写入时不一致：所列条目之后的内容均无法证明`,
  noEntries: (facility) => `没有机构 ${facility} 的台账`,
  exporting: (entries, of) => `已导出 ${entries} 条，共 ${of} 条`,
  exported: (entries, head) => `共导出 ${entries} 条；请记下末条：${head}`,
  written: (file) => `已写入 ${file}`,
  replaced: (file) => `已写入 ${file}，原有文件已被替换`,
  cutOff: (entries, head) => `失败  台账止于第 ${entries} 条，其末条应为第 ${head} 条`,
  notExported: (why) => `台账导出失败：${why}`,
};

function headText(facility: string, head: LedgerVerdict["head"]): string {
  return head === null ? "-" : `${facility}/${head.seq}/${head.leaf}`;
}
