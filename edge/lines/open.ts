import { resolve } from "node:path";
import type { Line } from "@anhu/core/facility";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Clock } from "@anhu/core/time";
import type { Port } from "./port.ts";
import { dialled } from "./port.ts";
import { serial } from "./serial.ts";
import { parseHostPort, tcpListener, tcpTo } from "./tcp.ts";

export interface OpenParts {
  /** Relative paths of serial lines start here. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The port of a line: serial (`path`), TCP out (`tcp`) or TCP in (`listen`). Fails with `bad_line`. */
export function openPort(line: Line, defaultBaud: number, parts: OpenParts): Result<Port> {
  if (line.path !== undefined) {
    const path = resolve(parts.dataDir, line.path);
    return ok(dialled(serial({ path, baud: line.baud ?? defaultBaud, clock: parts.clock }), parts));
  }
  const target = parseHostPort(line.tcp ?? line.listen ?? "");
  if (target === undefined) return refuse("bad_line", `line ${line.id} has no path, tcp or listen`);
  return ok(
    line.tcp === undefined
      ? tcpListener(target, parts)
      : dialled(tcpTo(target, parts.clock), parts),
  );
}
