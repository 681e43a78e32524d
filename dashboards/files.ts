import { facilityOverview } from "./index.ts";
import { provisioning } from "./provisioning.ts";
import type { Words } from "./words/words.ts";
import { EN } from "./words/en.ts";
import { ZH } from "./words/zh.ts";

export interface GeneratedFile {
  /** Below dashboards/. */
  readonly path: string;
  readonly text: string;
}

const LANGUAGES: readonly Words[] = [ZH, EN];

/** Every file that Grafana reads; the same ones at each call. */
export function generatedFiles(): GeneratedFile[] {
  const boards = LANGUAGES.map((words) => ({
    path: `boards/${words.language}/facility-overview.json`,
    text: `${JSON.stringify(facilityOverview(words), null, 2)}\n`,
  }));
  const others = provisioning().map(({ path, text }) => ({ path: `provisioning/${path}`, text }));
  return [...boards, ...others];
}
