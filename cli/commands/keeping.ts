import { resolve } from "node:path";
import type { Command } from "commander";
import { databaseUrlOf } from "@anhu/response/store";
import { runExport } from "../audit/export.ts";
import { runVerify } from "../audit/verify.ts";
import { runBackup, runRestore } from "../backup/index.ts";
import type { Here } from "./here.ts";
import { collect } from "./trying.ts";
import type { HelpWords } from "./words.ts";

/** What keeps and proves what happened: audit, backup, restore. */
export function addKeeping(program: Command, words: HelpWords, here: Here): void {
  addAudit(program, words, here);
  const { dataDir, clock, env, out, err } = here;
  const common = { dataDir, clock, env, out, err };
  program
    .command("backup")
    .description(words.backup.about)
    .argument(`<${words.backup.file.name}>`, words.backup.file.about)
    .action(async (file: string) => {
      const options = { ...common, file: resolve(file), databaseUrl: databaseUrlOf(env) };
      const influx = Boolean(env["ANHU_INFLUX_URL"]);
      here.end(await runBackup({ ...options, influx, program: here.version }));
    });
  program
    .command("restore")
    .description(words.restore.about)
    .argument(`<${words.restore.file}>`)
    .action(async (file: string) => {
      const options = { ...common, file: resolve(file), databaseUrl: databaseUrlOf(env) };
      here.end(await runRestore(options));
    });
}

function addAudit(program: Command, words: HelpWords, here: Here): void {
  const { dataDir, clock, env, out, err } = here;
  const { auditVerify, auditExport } = words;
  const audit = program.command("audit").description(words.audit.about);
  audit
    .command("verify")
    .description(auditVerify.about)
    .argument(`<${auditVerify.file}>`)
    .option(`--head <${auditVerify.head.name}>`, auditVerify.head.about, collect)
    .action(async (file: string, { head = [] }: { head?: readonly string[] }) => {
      here.end(await runVerify({ file, heads: head, clock, env, out, err }));
    });
  audit
    .command("export")
    .description(auditExport.about)
    .argument(`<${auditExport.facility}>`)
    .option(`--out <${auditExport.out.name}>`, auditExport.out.about)
    .action(async (facility: string, { out: file }: { out?: string }) => {
      const httpPort = here.ports().http;
      here.end(await runExport({ facility, file, dataDir, httpPort, clock, env, out, err }));
    });
}
