/** What processes use, by proc(5). Linux. */
import { readFileSync } from "node:fs";
import type { Figure } from "./bench.ts";

export type Pids = Readonly<Record<string, number>>;

/** Resident memory of each. */
export function memoryOf(pids: Pids): Figure[] {
  return Object.entries(pids).map(([name, pid]) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
    return { name: `memory of ${name}`, value: kib / 1024, unit: "MiB" };
  });
}

/** Processor time of each since its start, seconds, of all its threads. */
export function processorOf(pids: Pids): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => {
      // Behind the name in brackets: field 3 and on; utime is 14, stime 15, in ticks of 10 ms.
      const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
      const fields = rest.split(" ");
      return [name, (Number(fields[11]) + Number(fields[12])) / 100];
    }),
  );
}
