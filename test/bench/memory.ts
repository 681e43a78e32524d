import { readFileSync } from "node:fs";
import type { Figure } from "./bench.ts";

/** Resident memory of processes, MiB. Linux: proc(5), status. */
export function memoryOf(pids: Readonly<Record<string, number>>): Figure[] {
  return Object.entries(pids).map(([name, pid]) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
    return { name: `memory of ${name}`, value: kib / 1024, unit: "MiB" };
  });
}
