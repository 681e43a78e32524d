import type { Count, Figure, Measured } from "./bench.ts";
import { isMet } from "./bench.ts";

/** Figures and counts as lines of text, each target beside its value. */
export function printed({ figures, counts }: Measured): string {
  return [...figures.map(figureLine), ...counts.map(countLine)].join("\n");
}

function figureLine(figure: Figure): string {
  const { name, value, unit, target } = figure;
  const line = `  ${name.padEnd(58)} ${numberOf(value).padStart(9)} ${unit}`;
  if (target === undefined) return line.trimEnd();
  const wanted = `${target.is === "at_least" ? ">=" : "<="} ${target.value}`;
  return `${line.padEnd(82)} ${wanted} ${isMet(figure) ? "met" : "MISSED"}`;
}

function countLine({ what, sent, found }: Count): string {
  const verdict = sent === found ? "the same" : "NOT THE SAME";
  return `  ${what}: ${sent} sent, ${found} found, ${verdict}`;
}

function numberOf(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
}
