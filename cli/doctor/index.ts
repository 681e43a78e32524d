/** `anhu doctor`: every misconfiguration that can be found from here, and what to do. The checks: checks.ts. */
import { messageOf } from "@anhu/core/errors";
import { isChinese } from "../terminal.ts";
import { CHECKS, FILE_CHECKS } from "./checks.ts";
import type { Check, Finding, Scene } from "./model.ts";
import { wrong } from "./model.ts";
import { readScene } from "./scene.ts";

export interface DoctorOptions extends Pick<
  Scene,
  "dataDir" | "ports" | "env" | "clock" | "nodeVersion"
> {
  readonly json: boolean;
  readonly out: { write(text: string): unknown };
}

/** Resolves to the exit code: 0 nothing is wrong, 1 something is. */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const { json, out, env } = options;
  const scene = readScene(options);
  const results: { check: Check; findings: readonly Finding[] }[] = [];
  for (const check of CHECKS) {
    const findings = await examined(check, scene);
    results.push({ check, findings });
    if (!json) out.write(`${said(check, findings, isChinese(env) ? "zh" : "en")}\n`);
  }
  const all = results.flatMap(({ findings }) => findings);
  const count = all.filter(({ level }) => level === "wrong").length;
  if (json) {
    const checks = results.map(({ check, findings }) => ({ id: check.id, findings }));
    out.write(`${JSON.stringify({ ok: count === 0, checks })}\n`);
  } else out.write(`\n${isChinese(env) ? SUM.zh(count) : SUM.en(count)}\n`);
  return count === 0 ? 0 : 1;
}

/** How many things are wrong with the files that alarms depend on. */
export async function configurationMistakes(
  given: Omit<DoctorOptions, "json" | "out">,
): Promise<number> {
  const scene = readScene(given);
  let count = 0;
  for (const check of FILE_CHECKS) {
    const findings = await examined(check, scene);
    count += findings.filter(({ level }) => level === "wrong").length;
  }
  return count;
}

const SUM = {
  zh: (count: number) => (count === 0 ? "未发现错误" : `发现 ${count} 处错误`),
  en: (count: number) =>
    count === 0
      ? "nothing is wrong"
      : `${count === 1 ? "1 thing is" : `${count} things are`} wrong`,
};

/** A check that fails itself has found something: the text says what. */
async function examined(check: Check, scene: Scene): Promise<readonly Finding[]> {
  try {
    return await check.look(scene);
  } catch (thrown) {
    return [
      wrong(
        {
          zh: `此项检查无法完成（${check.id}）`,
          en: `this could not be checked: ${messageOf(thrown)}`,
        },
        { zh: "检查相应文件的格式与权限", en: "check form and rights of its files" },
      ),
    ];
  }
}

function said({ title }: Check, findings: readonly Finding[], language: "zh" | "en"): string {
  const marks =
    language === "zh"
      ? { ok: "通过", note: "注意", wrong: "错误" }
      : { ok: "ok   ", note: "note ", wrong: "WRONG" };
  const colon = language === "zh" ? "：" : ": ";
  if (findings.length === 0) return `${marks.ok}  ${title[language]}`;
  return findings
    .map(
      ({ level, what, todo }) =>
        `${marks[level]}  ${title[language]}${colon}${what[language]}\n       -> ${todo[language]}`,
    )
    .join("\n");
}
