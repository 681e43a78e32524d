/** Runs the real `anhu` command in a directory and on ports of its own, as a person would. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  ended: Promise<number | null>;
}

/** Environment with a data directory and free ports of its own. */
export async function ownEnvironment(dataDir: string): Promise<Record<string, string>> {
  const [http, lan, mqtt, mqtts, local] = await freePorts(5);
  return {
    ...(process.env as Record<string, string>),
    ANHU_DATA: dataDir,
    ANHU_HTTP_PORT: String(http),
    ANHU_LAN_PORT: String(lan),
    ANHU_MQTT_PORT: String(mqtt),
    ANHU_MQTTS_PORT: String(mqtts),
    ANHU_LOCAL_MQTT_PORT: String(local),
    LANG: "C.UTF-8",
  };
}

/** Runs `anhu ...` to its end, at most `timeoutMs`. */
export async function anhu(
  args: readonly string[],
  env: Record<string, string>,
  options: { readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<Run> {
  const child = spawn(process.execPath, ["cli/anhu.js", ...args], {
    cwd: ROOT,
    env,
    timeout: options.timeoutMs ?? 60_000,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Starts `anhu start ...` and waits for the line that says how to stop it. Throws with its output when it ends first. */
export async function startAnhu(
  args: readonly string[],
  env: Record<string, string>,
): Promise<Started> {
  const child = spawn(process.execPath, ["cli/anhu.js", "start", ...args], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const output = (): string => stdout() + stderr();
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", () => {
      if (stdout().includes("Ctrl-C")) resolve();
    });
    void ended.then((code) => reject(new Error(`anhu start ended with ${code}:\n${output()}`)));
  });
  return { process: child, output, ended };
}

/** Pids of every process whose environment has this data directory. Linux. */
export function processesOf(dataDir: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => environmentOf(pid).split("\0").includes(`ANHU_DATA=${dataDir}`))
    .map(Number);
}

/** Waits until `check` is true, at most `timeoutMs`; returns whether it became so. */
export async function eventually(
  check: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return check();
}

/** Below what Linux gives to outgoing connections (ip(7), ip_local_port_range), so that none of these takes one before it is used. */
const PORTS = { from: 15_000, to: 32_000 } as const;
const given = new Set<number>();

/** Ports that were free a moment ago; none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    found.push(port);
  }
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

/** A process that ended while we looked has none, nor has one that is not ours to look at. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch (thrown) {
    const { code = "" } = thrown as NodeJS.ErrnoException;
    if (["ENOENT", "ESRCH", "EACCES"].includes(code)) return "";
    throw thrown;
  }
}
