/** The `anhu` command's verbs: what each takes stands here, what it says of itself in words-zh.ts and words-en.ts. */
import { Command, Help } from "commander";
import { columns } from "../terminal.ts";
import type { Here } from "./here.ts";
import { addKeeping } from "./keeping.ts";
import { addRunning } from "./running.ts";
import { addTrying } from "./trying.ts";
import { helpWords } from "./words.ts";
import type { HelpWords } from "./words.ts";

/** All verbs, in the language of `here.env`. What is misused is said on `here.err`, and a CommanderError is thrown. */
export function programFor(here: Here): Command {
  const words = helpWords(here.env);
  const program = new Command("anhu")
    .description(words.program)
    .version(here.version, "-V, --version", words.version)
    .helpOption("-h, --help", words.help)
    .helpCommand("help [command]", words.help)
    .configureHelp(helpIn(words))
    .configureOutput({
      writeOut: (text) => void here.out.write(text),
      writeErr: (text) => void here.err.write(text),
      outputError: (text, write) => write(mistakeIn(words, text)),
    })
    .showHelpAfterError()
    .exitOverride();
  addRunning(program, words, here);
  addTrying(program, words, here);
  addKeeping(program, words, here);
  return program;
}

/** The parser's own titles and placeholders, and columns for characters of two columns. */
function helpIn({ parser }: HelpWords): Partial<Help> {
  const usual = new Help();
  const said = (text: string): string =>
    Object.entries(parser).reduce((before, [own, ours]) => before.replaceAll(own, ours), text);
  return {
    displayWidth: columns,
    styleTitle: said,
    commandUsage: (command) => said(usual.commandUsage(command)),
    subcommandTerm: (command) => said(usual.subcommandTerm(command)),
  };
}

function mistakeIn({ mistakes }: HelpWords, text: string): string {
  const found = mistakes.find(([form]) => form.test(text.trim()));
  if (found === undefined) return text;
  const [form, sentence] = found;
  const parts = form.exec(text.trim()) ?? [];
  return `${sentence.replaceAll(/\$(\d)/g, (_, at: string) => parts[Number(at)] ?? "")}\n`;
}
