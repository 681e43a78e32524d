/**
 * `$ANHU_DATA/channels.yaml`: where calls may be posted, and who carries the mail.
 *
 *   webhook: { allow: ["https://phones.example/anhu/"] }
 *   email: { host: smtp.example, port: 587, tls: starttls, user: anhu, password_file: secrets/smtp.txt, from: anhu@example.com }
 *
 * No file: no webhook target is allowed and no mail is sent. A section with a mistake is as if it were not there.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { messageOf } from "@anhu/core/errors";
import { Type } from "typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";

const exact = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 500 });
const Address = Type.String({ pattern: '^[^\\s@<>,;:"]+@[^\\s@<>,;:"]+$', maxLength: 254 });

const Webhook = Type.Object({ allow: Type.Array(Text, { maxItems: 1_000 }) }, exact);
const Email = Type.Object(
  {
    host: Text,
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    tls: Type.Enum(["none", "starttls", "tls"]),
    user: Type.Optional(Text),
    password_file: Type.Optional(Text),
    from: Address,
  },
  exact,
);
const SECTIONS = { webhook: Compile(Webhook), email: Compile(Email) };

type EmailFile = Static<typeof Email>;

export interface EmailConfig extends Omit<EmailFile, "password_file"> {
  /** The text of `password_file`. */
  readonly password?: string;
}

export interface ChannelsConfig {
  /** Prefixes of addresses that calls may be posted to. */
  readonly allow: readonly URL[];
  readonly email: EmailConfig | null;
  /** One sentence per mistake, with its line. */
  readonly mistakes: readonly string[];
}

/** Reads the file. Never throws: what is wrong is a mistake, and closes its section. */
export function readChannels(dataDir: string): ChannelsConfig {
  const path = join(dataDir, "channels.yaml");
  if (!existsSync(path)) return parseChannels("", dataDir);
  try {
    return parseChannels(readFileSync(path, "utf8"), dataDir);
  } catch (thrown) {
    return { allow: [], email: null, mistakes: [`channels.yaml: ${messageOf(thrown)}`] };
  }
}

/** As `readChannels`, of a text. Files that it names are looked up from `dataDir`. */
export function parseChannels(text: string, dataDir: string): ChannelsConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map(({ pos, message }) =>
    saying(lines.linePos(pos[0]).line, message),
  );
  if (syntax.length > 0) return { allow: [], email: null, mistakes: syntax };
  const value: unknown = document.toJS() ?? {};
  const mistakes: string[] = [];
  const wrong = (path: readonly string[], detail: string) => {
    mistakes.push(saying(lineOf(document, lines, path), detail));
  };
  if (!isRecord(value)) {
    wrong([], "sections webhook and email are expected");
    return { allow: [], email: null, mistakes };
  }
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(SECTIONS, key)) wrong([key], `there is no section ${key}`);
  }
  const webhook = section("webhook", value["webhook"], wrong);
  const email = section("email", value["email"], wrong);
  return {
    allow: webhook === null ? [] : prefixes(webhook.allow, wrong),
    email: email === null ? null : withPassword(email, { dataDir, wrong }),
    mistakes,
  };
}

type Wrong = (path: readonly string[], detail: string) => void;

function section(name: "webhook", value: unknown, wrong: Wrong): Static<typeof Webhook> | null;
function section(name: "email", value: unknown, wrong: Wrong): EmailFile | null;
function section(name: keyof typeof SECTIONS, value: unknown, wrong: Wrong): unknown {
  if (value === undefined) return null;
  const shape = SECTIONS[name];
  if (shape.Check(value)) return value;
  for (const { keyword, instancePath, message, params } of shape.Errors(value)) {
    const path = [name, ...instancePath.split("/").slice(1)];
    const at = path.join(".");
    if (keyword === "additionalProperties") continue;
    if (keyword === "boolean") wrong(path, `there is no key ${at}`);
    else if (keyword === "required") {
      for (const key of params.requiredProperties) wrong(path, `${at}.${key} is missing`);
    } else wrong(path, `${at} ${message}`);
  }
  return null;
}

/** Only whole addresses without user, query and fragment can be a prefix. */
function prefixes(allow: readonly string[], wrong: Wrong): readonly URL[] {
  return allow.flatMap((text, index) => {
    const url = URL.parse(text);
    const plain = url !== null && url.username === "" && url.search === "" && url.hash === "";
    if (plain && /^https?:$/.test(url.protocol)) return [url];
    wrong(
      ["webhook", "allow", String(index)],
      "an http:// or https:// address without user, ? and #",
    );
    return [];
  });
}

function withPassword(
  { password_file, ...email }: EmailFile,
  { dataDir, wrong }: { readonly dataDir: string; readonly wrong: Wrong },
): EmailConfig | null {
  if ((email.user === undefined) !== (password_file === undefined)) {
    wrong(["email"], "user and password_file stand together");
    return null;
  }
  if (password_file === undefined) return email;
  try {
    return { ...email, password: readFileSync(resolve(dataDir, password_file), "utf8").trim() };
  } catch (thrown) {
    wrong(["email", "password_file"], `cannot be read: ${messageOf(thrown)}`);
    return null;
  }
}

function saying(line: number, detail: string): string {
  return `channels.yaml: line ${line}: ${detail}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The line of the key or entry at a path, or of the nearest thing around it that exists. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isSeq(node)) {
      node = node.items[Number(step)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else break;
  }
  return Math.max(1, lines.linePos(offset).line);
}
