/** The `anhu` command: composition root of the command line. Commands and exit codes: CONTRACTS.md is binding, `--help` tells. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { AnhuError, messageOf } from "@anhu/core/errors";
import { systemClock } from "@anhu/core/time";
import { databaseUrlOf } from "@anhu/response/store";
import { administratorLink } from "./admin/link.ts";
import { runExport } from "./audit/export.ts";
import { runVerify } from "./audit/verify.ts";
import { runBackup, runRestore } from "./backup/index.ts";
import { runComposeInit } from "./compose/secrets.ts";
import { runDecode } from "./decode/index.ts";
import { runDetect } from "./detect/index.ts";
import { runDoctor } from "./doctor/index.ts";
import { runInfluxSetup } from "./influx/index.ts";
import { runService } from "./run/index.ts";
import { runScenario } from "./scenario/index.ts";
import { joinGateway } from "./setup/index.ts";
import { farewell } from "./start/greeting.ts";
import { start } from "./start/index.ts";
import type { Ports } from "./start/index.ts";
import { untilStopped } from "./start/lifetime.ts";

const MISUSE = 2;
const CANNOT_START = 3;

// Incidents, residents and secrets are nobody else's: what is written here and by the services is their owner's alone.
process.umask(0o077);
const clock = systemClock();
const { version } = JSON.parse(
  readFileSync(new URL("./package.json", import.meta.url), "utf8"),
) as { version: string };

const program = new Command("anhu")
  .description(
    "Anhu (安护): every alarm reaches a person who comes, or the system says aloud that nobody did.",
  )
  .version(version)
  .showHelpAfterError()
  .exitOverride();

program
  .command("start")
  .description("start all services on this machine, with a simulated demo facility")
  .option("--no-demo", "no simulator, no demo facility: real use")
  .option("--lan <address>", "TLS listeners on this address too")
  .action(async (options: { demo: boolean; lan?: string }) => {
    const supervisor = await start({
      dataDir: dataDir(),
      demo: options.demo,
      lan: options.lan,
      ports: ports(),
      clock,
      env: process.env,
      say: (line) => console.log(line),
      onTerminal: process.stdout.isTTY,
    });
    const reason = await untilStopped({ clock, npm: process.env["npm_command"] });
    console.log(farewell(reason, process.env));
    await supervisor.stop();
    process.exit(0);
  });

program
  .command("run")
  .description("run one service alone: broker, ingest, response or edge")
  .argument("<service>")
  .action(async (service: string) => {
    process.exitCode = await runService(service, {
      dataDir: dataDir(),
      mqttPort: ports().mqtt,
      now: clock.wall(),
      env: process.env,
    });
  });

program
  .command("gateway")
  .description("gateways that may join")
  .command("add")
  .description("make an identity for a gateway; prints its credentials once, as JSON")
  .argument("<facility>")
  .argument("<gateway>")
  .action((facility: string, gateway: string) => {
    const credentials = joinGateway({
      dataDir: dataDir(),
      address: { facility, gateway },
      mqttsPort: ports().mqtts,
    });
    console.log(JSON.stringify(credentials));
  });

program
  .command("admin")
  .description("the administrator")
  .command("link")
  .description("a fresh one-time link to become an administrator, or to set a new password: 15 min")
  .action(async () => {
    const options = {
      dataDir: dataDir(),
      databaseUrl: databaseUrlOf(process.env),
      ports: ports(),
      now: clock.wall(),
    };
    for (const address of await administratorLink(options)) console.log(address);
  });

program
  .command("scenario")
  .description("play a scenario on the running system through the simulator's wires")
  .argument("<name>")
  .option("--answer <who>", "never, or ROLE@SECONDS after the first byte; repeatable", collect, [])
  .option("--arrive <seconds>", "from the answer to the arrival: seconds, or never (usual: 30)")
  .option("--json", "one JSON document instead of a table")
  .action(async (name: string, options: ScenarioArguments) => {
    process.exitCode = await runScenario({
      name,
      answers: options.answer,
      arrive: options.arrive,
      json: options.json === true,
      dataDir: dataDir(),
      httpPort: ports().http,
      clock,
      env: process.env,
      out: process.stdout,
      err: process.stderr,
    });
  });

program
  .command("decode")
  .description(
    "decode what a driver would read: hex or topic<TAB>payload on stdin, JSON lines on stdout",
  )
  .argument("<driver>")
  .option("--stream", "the lines are one stream of bytes")
  .action(async (driver: string, options: { stream?: boolean }) => {
    process.exitCode = await runDecode({
      driver,
      stream: options.stream === true,
      input: process.stdin,
      output: process.stdout,
      error: process.stderr,
    });
  });

program
  .command("detect")
  .description("line protocol on stdin, alerts as JSON lines on stdout")
  .requiredOption("--facility <file>", "the facility file")
  .option("--until <ms>", "run the clock on to this time, for silence rules", Number)
  .action(async (options: { facility: string; until?: number }) => {
    process.exitCode = await runDetect({
      facilityFile: options.facility,
      until: options.until,
      input: process.stdin,
      output: process.stdout,
      error: process.stderr,
    });
  });

program
  .command("influx")
  .description("the InfluxDB that ANHU_INFLUX_URL names")
  .command("setup")
  .description("make database or bucket, retention, mapping and roll-ups; what is there stays")
  .option("--retention <days>", "how long readings are kept, like 400d, or INF: for ever")
  .option("--json", "one JSON document instead of a table")
  .action(async (options: { retention?: string; json?: boolean }) => {
    process.exitCode = await runInfluxSetup({
      retention: options.retention,
      json: options.json === true,
      env: process.env,
      out: process.stdout,
      err: process.stderr,
    });
  });

const audit = program
  .command("audit")
  .description("the log of a facility: what nobody can change unseen");

audit
  .command("verify")
  .description("find the first changed, missing or moved entry of an exported log")
  .argument("<file>")
  .option(
    "--head <facility/seq/leaf>",
    "the last entry as it was noted; may stand several times",
    (head: string, heads: readonly string[]) => [...heads, head],
    [] as readonly string[],
  )
  .action(async (file: string, options: { head: readonly string[] }) => {
    process.exitCode = await runVerify({
      file,
      heads: options.head,
      clock,
      env: process.env,
      out: process.stdout,
      err: process.stderr,
    });
  });

audit
  .command("export")
  .description("write a facility's whole log, one entry a line, from the running system")
  .argument("<facility>")
  .option("--out <file>", "a file instead of standard output")
  .action(async (facility: string, options: { out?: string }) => {
    process.exitCode = await runExport({
      facility,
      file: options.out,
      dataDir: dataDir(),
      httpPort: ports().http,
      clock,
      env: process.env,
      out: process.stdout,
      err: process.stderr,
    });
  });

program
  .command("backup")
  .description("copy the data directory into one file, while everything runs")
  .argument("<file>", "a .tar.gz that is not there yet")
  .action(async (file: string) => {
    process.exitCode = await runBackup({
      dataDir: dataDir(),
      file: resolve(file),
      databaseUrl: databaseUrlOf(process.env),
      influx: Boolean(process.env["ANHU_INFLUX_URL"]),
      program: version,
      clock,
      env: process.env,
      out: process.stdout,
      err: process.stderr,
    });
  });

program
  .command("restore")
  .description("lay a backup out in an empty data directory, once all of it was checked")
  .argument("<file>")
  .action(async (file: string) => {
    process.exitCode = await runRestore({
      dataDir: dataDir(),
      file: resolve(file),
      databaseUrl: databaseUrlOf(process.env),
      clock,
      env: process.env,
      out: process.stdout,
      err: process.stderr,
    });
  });

program
  .command("doctor")
  .description("name every misconfiguration that can be found, and what to do")
  .option("--json", "one JSON document instead of a list")
  .action(async (options: { json?: boolean }) => {
    process.exitCode = await runDoctor({
      dataDir: dataDir(),
      ports: ports(),
      nodeVersion: process.versions.node,
      json: options.json === true,
      clock,
      env: process.env,
      out: process.stdout,
    });
  });

program
  .command("compose-init")
  .description("make the secrets that docker-compose.yml names; what is there stays")
  .argument("[folder]", "where they stand", "deploy/secrets")
  .action((folder: string) => {
    process.exitCode = runComposeInit({
      folder: resolve(folder),
      env: process.env,
      out: process.stdout,
      err: process.stderr,
    });
  });

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = exitCode(thrown);
  if (!(thrown instanceof CommanderError)) console.error(messageOf(thrown));
}

interface ScenarioArguments {
  readonly answer: readonly string[];
  readonly arrive?: string;
  readonly json?: boolean;
}

/** An option that may stand several times. */
function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function exitCode(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : MISUSE;
  if (thrown instanceof AnhuError && ["bad_service", "bad_id", "bad_port"].includes(thrown.code))
    return MISUSE;
  return CANNOT_START;
}

function dataDir(): string {
  return resolve(process.env["ANHU_DATA"] ?? "data");
}

function ports(): Ports {
  return {
    http: port("ANHU_HTTP_PORT", 8080),
    lan: port("ANHU_LAN_PORT", 8443),
    mqtt: port("ANHU_MQTT_PORT", 1883),
    mqtts: port("ANHU_MQTTS_PORT", 8883),
    localMqtt: port("ANHU_LOCAL_MQTT_PORT", 1884),
  };
}

function port(variable: string, usual: number): number {
  const text = process.env[variable];
  if (text === undefined || text === "") return usual;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new AnhuError("bad_port", `${variable}=${text} is not a port: 1 to 65535`, {
    fault: "caller",
    retry: false,
  });
}
