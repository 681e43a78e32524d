import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toString as qrText } from "qrcode";
import { lanUrl, localUrl } from "../admin/link.ts";
import type { Installation } from "../setup/index.ts";
import { columns } from "../terminal.ts";
import type { Ports } from "./index.ts";
import { startWords } from "./words.ts";
import type { StartWords } from "./words.ts";

export interface GreetingOptions {
  readonly dataDir: string;
  readonly demo: boolean;
  readonly lan: string | undefined;
  readonly ports: Ports;
  readonly installation: Installation;
  /** It is read on a terminal, which knows colours. */
  readonly onTerminal: boolean;
  /** One-time links to become the administrator, while nobody is. */
  readonly adminLinks: readonly string[];
  /** What is wrong with the files that alarms depend on (doctor/). */
  readonly mistakes: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Row = readonly [name: string, value: string];

/** What runs, where to look, how to get in, how to raise a fire: in Chinese for a Chinese locale, else in English, never both. */
export async function greeting(options: GreetingOptions): Promise<string> {
  const words = startWords(options.env);
  return [
    "",
    options.demo ? words.demo : words.real,
    "",
    table([[words.console, localUrl(options.ports.http)], ...lanRows(options, words)]),
    ...(await code(options, words)),
    "",
    ...entrance(options, words),
    table(serviceRows(options, words)),
    "",
    ...(options.mistakes === 0 ? [] : [words.ailing(options.mistakes), ""]),
    options.demo ? words.raise : words.join,
    words.stop,
    "",
  ].join("\n");
}

/** The address for phones, and the certificate that they must trust, with its SHA-256 to compare. */
function lanRows({ lan, ports, dataDir }: GreetingOptions, words: StartWords): Row[] {
  if (lan === undefined) return [];
  const ca = new X509Certificate(readFileSync(join(dataDir, "tls", "ca.crt")));
  const url = lanUrl(lan, ports.lan);
  return [
    [words.phones, url],
    [words.ca, `${url}ca.crt`],
    ["", `SHA-256 ${ca.fingerprint256}`],
  ];
}

/** With colours it is black on white on a dark terminal too: not every phone reads it the other way round. */
async function code(
  { lan, ports, onTerminal }: GreetingOptions,
  words: StartWords,
): Promise<string[]> {
  if (lan === undefined) return [];
  const url = lanUrl(lan, ports.lan);
  const form = onTerminal
    ? ({ type: "terminal", small: true } as const)
    : { type: "utf8" as const };
  return ["", words.scan, "", await qrText(url, form)];
}

function entrance({ adminLinks }: GreetingOptions, words: StartWords): string[] {
  if (adminLinks.length === 0) return [words.another, ""];
  return [words.firstLink, ...adminLinks.map((link) => `  ${link}`), words.another, ""];
}

function serviceRows(options: GreetingOptions, words: StartWords): Row[] {
  const { ports, installation, env, dataDir } = options;
  const facility = installation.facility?.facility;
  const hosts = options.lan === undefined ? "127.0.0.1" : `127.0.0.1, ${options.lan}`;
  const name = facility?.name[words.language];
  return [
    [words.broker, `mqtt://127.0.0.1:${ports.mqtt}   mqtts://${hosts}:${ports.mqtts}`],
    [words.ingest, env["ANHU_INFLUX_URL"] ?? `${dataDir}/ingest`],
    [words.response, `http://127.0.0.1:${ports.http}/api/v1/incidents`],
    [words.health, `http://127.0.0.1:${ports.http}/healthz   /metrics`],
    facility === undefined
      ? [words.gateway, words.noGateway]
      : [words.gateway, `${facility.id}/${installation.gateway ?? "-"}  ${name}`],
    [words.logs, `${dataDir}/logs`],
  ];
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => columns(name)));
  return rows
    .map(([name, value]) => `  ${name}${" ".repeat(width - columns(name))}  ${value}`)
    .join("\n");
}
