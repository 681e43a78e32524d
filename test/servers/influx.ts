/** A private InfluxDB 1.x for tests and measurements: own ports, own folder, authentication on, gone with its process. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface InfluxServer {
  readonly url: string;
  readonly database: string;
  /** Of a user who may read and write `database` and nothing else. */
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  /** InfluxQL in the administrator's name; throws what the server says against it. */
  admin(query: string): Promise<unknown>;
  /** SIGKILL; the data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const START_MS = 20_000;
const ADMIN = { user: "admin", password: "admin-of-a-test" };
const USER = { user: "ingest", password: "ingest-of-a-test" };
const DATABASE = "anhu";

/** Starts one. Fails with the name of the Debian package when there is none on this machine. */
export async function startInflux(): Promise<InfluxServer> {
  const folder = mkdtempSync(join(tmpdir(), "anhu-influx-"));
  const server = new Influxd(folder);
  try {
    await server.start();
    await server.admin(
      `CREATE USER ${ADMIN.user} WITH PASSWORD '${ADMIN.password}' WITH ALL PRIVILEGES`,
    );
    await server.admin(`CREATE DATABASE ${DATABASE}`);
    await server.admin(`CREATE USER ${USER.user} WITH PASSWORD '${USER.password}'`);
    await server.admin(`GRANT ALL ON ${DATABASE} TO ${USER.user}`);
    return server;
  } catch (thrown) {
    await server.stop();
    throw thrown;
  }
}

class Influxd implements InfluxServer {
  readonly database = DATABASE;
  readonly user = USER.user;
  readonly password = USER.password;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const file = join(this.#folder, "influxdb.conf");
    writeFileSync(file, configuration(this.#folder, this.#port));
    // Linux ends it with whoever started it, however that ends: setpriv(1).
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "influxd", "-config", file], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    const log: string[] = [];
    const port = await new Promise<number>((resolve, reject) => {
      const fail = (why: string): void =>
        reject(
          new Error(`influxd ${why}; is the Debian package influxdb there?\n${log.join("\n")}`),
        );
      const timer = setTimeout(() => fail(`was not ready in ${START_MS} ms`), START_MS);
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code) => fail(`ended with ${code}`));
      createInterface({ input: child.stderr }).on("line", (line) => {
        if (log.push(line) > 50) log.shift();
        const found = /Listening on HTTP.*127\.0\.0\.1:(\d+)/.exec(line)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(Number(found));
      });
    });
    this.#port = port;
  }

  async admin(query: string): Promise<unknown> {
    const login = Buffer.from(`${ADMIN.user}:${ADMIN.password}`).toString("base64");
    const response = await fetch(`${this.url}/query?db=${DATABASE}`, {
      method: "POST",
      headers: { authorization: `Basic ${login}` },
      body: new URLSearchParams({ q: query }),
      signal: AbortSignal.timeout(START_MS),
    });
    const answer = await response.text();
    if (!response.ok || answer.includes('"error"')) throw new Error(`${query}: ${answer}`);
    return JSON.parse(answer);
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}

/** Port 0: any free one; the second start keeps what the first got. */
function configuration(folder: string, port: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = true
  log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[continuous_queries]
  enabled = false
`;
}
