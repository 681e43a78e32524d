import type { Command } from "commander";
import { databaseUrlOf } from "@anhu/response/store";
import { administratorLink } from "../admin/link.ts";
import { resolve } from "node:path";
import { runComposeInit } from "../compose/secrets.ts";
import { runDoctor } from "../doctor/index.ts";
import { runService } from "../run/index.ts";
import { joinGateway } from "../setup/index.ts";
import { start } from "../start/index.ts";
import { untilStopped } from "../start/lifetime.ts";
import { startWords } from "../start/words.ts";
import type { Here } from "./here.ts";
import type { HelpWords } from "./words.ts";

const SECRETS = "deploy/secrets";

/** What runs the system, and lets people and gateways in: start, run, gateway, admin, doctor, compose-init. */
export function addRunning(program: Command, words: HelpWords, here: Here): void {
  addStart(program, words, here);
  const { dataDir, clock, env, out, err } = here;
  program
    .command("run")
    .description(words.run.about)
    .argument(`<${words.run.service}>`)
    .action(async (service: string) => {
      const mqttPort = here.ports().mqtt;
      here.end(await runService(service, { dataDir, mqttPort, now: clock.wall(), env }));
    });
  program
    .command("gateway")
    .description(words.gateway.about)
    .command("add")
    .description(words.gatewayAdd.about)
    .argument(`<${words.gatewayAdd.facility}>`)
    .argument(`<${words.gatewayAdd.gateway}>`)
    .action((facility: string, gateway: string) => {
      const address = { facility, gateway };
      const made = joinGateway({ dataDir, address, mqttsPort: here.ports().mqtts });
      out.write(`${JSON.stringify(made)}\n`);
    });
  program
    .command("admin")
    .description(words.admin.about)
    .command("link")
    .description(words.adminLink.about)
    .action(async () => {
      const databaseUrl = databaseUrlOf(env);
      const place = { dataDir, databaseUrl, ports: here.ports(), now: clock.wall() };
      for (const address of await administratorLink(place)) out.write(`${address}\n`);
      // Programs read the addresses: what is for people goes beside them.
      err.write(`${startWords(env).linkOnce}\n`);
    });
  program
    .command("doctor")
    .description(words.doctor.about)
    .option("--json", words.doctor.json)
    .action(async (options: { json?: boolean }) => {
      const { nodeVersion } = here;
      const json = options.json === true;
      here.end(
        await runDoctor({ dataDir, ports: here.ports(), nodeVersion, json, clock, env, out }),
      );
    });
  program
    .command("compose-init")
    .description(words.composeInit.about)
    .argument(`[${words.composeInit.folder.name}]`, words.composeInit.folder.about)
    .action((folder: string = SECRETS) => {
      here.end(runComposeInit({ folder: resolve(folder), env, out, err }));
    });
}

function addStart(program: Command, words: HelpWords, here: Here): void {
  const { dataDir, clock, env, out } = here;
  program
    .command("start")
    .description(words.start.about)
    .option("--no-demo", words.start.noDemo)
    .option(`--lan <${words.start.lan.name}>`, words.start.lan.about)
    .action(async (options: { demo: boolean; lan?: string }) => {
      const say = (line: string): void => void out.write(`${line}\n`);
      const supervisor = await start({
        dataDir,
        demo: options.demo,
        lan: options.lan,
        ports: here.ports(),
        clock,
        env,
        say,
        onTerminal: out.isTTY === true,
      });
      const reason = await untilStopped({ clock, npm: env["npm_command"] });
      say(startWords(env).farewell(reason));
      await supervisor.stop();
      say(startWords(env).stopped);
      process.exit(0);
    });
}
