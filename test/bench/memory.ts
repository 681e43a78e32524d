import { readFileSync } from "node:fs";
import type { Figure } from "./bench.ts";

/** Memory of processes now and at most since their start, MiB of resident pages. Linux: proc(5), status. */
export function memoryOf(where: string, pids: Readonly<Record<string, number>>): Figure[] {
  return Object.entries(pids).flatMap(([name, pid]) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const mib = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
    return [
      { name: `${where}: ${name}, resident`, value: mib("VmRSS"), unit: "MiB" },
      { name: `${where}: ${name}, most`, value: mib("VmHWM"), unit: "MiB" },
    ];
  });
}
