/** A private PostgreSQL for tests: own port, own folder, a password asked, gone with its process. */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePorts } from "../stage/anhu.ts";

export interface PostgresServer {
  readonly port: number;
  /** Makes a database, empty or a copy of `template` (which nobody may be connected to); returns its address. */
  database(template?: string): string;
  /** Ends it at once, as a crash would; the data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Debian keeps the server's programs off the path, a folder for each version. */
const VERSIONS = "/usr/lib/postgresql";
const START_MS = 20_000;
const USER = "anhu";
const PASSWORD = "password-of-a-test";

/** Starts one. Fails with the name of the Debian package when there is none on this machine. */
export async function startPostgres(): Promise<PostgresServer> {
  const [port = 0] = await freePorts(1);
  const server = new Postgres(mkdtempSync(join(tmpdir(), "anhu-postgres-")), port);
  try {
    server.create();
    await server.start();
    return server;
  } catch (thrown) {
    await server.stop();
    throw thrown;
  }
}

class Postgres implements PostgresServer {
  readonly port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #databases = 0;

  constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  create(): void {
    const password = join(this.#folder, "password");
    writeFileSync(password, PASSWORD);
    const owner = serverOwner();
    if (owner !== undefined) {
      for (const path of [this.#folder, password]) chownSync(path, owner.uid, owner.gid);
    }
    const data = join(this.#folder, "data");
    const rights = "--auth=scram-sha-256 -E UTF8 --locale=C.UTF-8";
    const [command = "", ...args] = asOwner(
      "initdb",
      `-D ${data} -U ${USER} --pwfile ${password} ${rights}`,
    );
    execFileSync(command, args, { cwd: this.#folder, stdio: "pipe" });
  }

  async start(): Promise<void> {
    const listen = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.#folder}`;
    // fsync: nothing here outlives the machine.
    const flags = `-D ${join(this.#folder, "data")} ${listen} -c fsync=off`;
    const [command = "", ...args] = asOwner("postgres", flags);
    const child = spawn(command, args, { cwd: this.#folder, stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    const log: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`postgres ${why}\n${log.join("\n")}`));
      const timer = setTimeout(() => fail(`was not ready in ${START_MS} ms`), START_MS);
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code) => fail(`ended with ${code}`));
      createInterface({ input: child.stderr }).on("line", (line) => {
        if (log.push(line) > 50) log.shift();
        if (!line.includes("database system is ready to accept connections")) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  database(template = "template0"): string {
    this.#databases += 1;
    const name = `t${this.#databases}`;
    const statement = `create database ${name} template ${template}`;
    execFileSync("psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-c", statement, this.#url("postgres")]);
    return this.#url(name);
  }

  async kill(): Promise<void> {
    await this.#end("SIGQUIT");
  }

  async stop(): Promise<void> {
    await this.#end("SIGINT");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #url(database: string): string {
    return `postgres://${USER}:${PASSWORD}@127.0.0.1:${this.port}/${database}`;
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

function programs(): string {
  const versions = readVersions().toSorted((a, b) => Number(b) - Number(a));
  if (versions[0] === undefined) {
    throw new Error(`no PostgreSQL below ${VERSIONS}; is the Debian package postgresql-15 there?`);
  }
  return join(VERSIONS, versions[0], "bin");
}

function readVersions(): string[] {
  try {
    return readdirSync(VERSIONS);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw thrown;
  }
}

/** PostgreSQL refuses to run as root: then the user of the Debian package runs it. */
function serverOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const number = (flag: string): number =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

/** Linux ends it with whoever started it, however that ends: setpriv(1). SIGQUIT: at once, without leaving children. */
function asOwner(program: string, flags: string): string[] {
  const owner = serverOwner();
  const as =
    owner === undefined ? [] : [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups"];
  return ["setpriv", ...as, "--pdeathsig", "QUIT", join(programs(), program), ...flags.split(" ")];
}
