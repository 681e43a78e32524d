import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document } from "yaml";
import { Settings } from "typebox/system";
import { ok } from "../result/index.ts";
import type { Result } from "../result/index.ts";
import { checkFacility } from "./checks.ts";
import type { Found, Path } from "./loose.ts";
import { looseRoot, own } from "./loose.ts";
import type { Facility, Mistake } from "./model.ts";
import { checkRota } from "./rota.ts";
import { complaintAt, FACILITY_SHAPE } from "./schema.ts";

/** A facility of 1,000 devices is about 150 KB. */
const MAX_CHARACTERS = 1024 * 1024;
const MAX_ALIASES = 100;
/** More mistakes of shape than this are not listed: the file is something else. */
const MAX_MISTAKES = 1_000;
/** One slip of YAML makes many errors behind it: these are the ones to look at. */
const MAX_SYNTAX = 3;
const VALUE_CHARACTERS = 40;
/** Reasons that say what should stand there: what does is said behind. */
const INSTEAD = /^(?:wrong_type|bad_\w+|unknown_(?:kind|driver|role|policies))$/;

/**
 * Parses a facility file (YAML 1.2). Fails with every mistake at once (of `bad_yaml` with the first three lines), in the order of
 * the lines: `too_large`, `empty_file`, `bad_yaml`, `duplicate_key`,
 * `unknown_key`, `missing_key`, `wrong_type`, `bad_value`, `bad_id`, `bad_time`, `bad_timezone`, `bad_topic`, `duplicate_id`,
 * `duplicate_address`, `unknown_reference`, `unknown_kind`, `unknown_driver`, `unknown_role`, `unknown_channel`, `unknown_policies`,
 * `place_cycle`, `overlapping_shifts`.
 */
export function parseFacility(source: string): Result<Facility, readonly Mistake[]> {
  if (source.length > MAX_CHARACTERS) {
    return refuseWhole("too_large", `over ${MAX_CHARACTERS} characters`);
  }
  const lines = new LineCounter();
  const yaml = readYaml(source, lines);
  if (!yaml.ok) return refuseWhole("bad_yaml", yaml.error);
  const { document, twice, value } = yaml.value;

  const syntax = syntaxMistakes(document, lines);
  // What the rest of a broken file says is guesswork.
  if (syntax.length > 0) return { ok: false, error: syntax };
  if (value === null || value === undefined) return refuseWhole("empty_file", "the file is empty");
  const root = looseRoot(value);
  const found = [...checkShape(value), ...checkFacility(root), ...checkRota(root)];
  if (found.length + twice.length === 0 && FACILITY_SHAPE.Check(value)) return ok(value);
  const lineOf = locator(document, lines);
  const mistakes = found.map((one): Mistake => {
    const { path, ...said } = one;
    return { line: lineOf(path), path: pathText(path), ...said, ...standing(value, one) };
  });
  return { ok: false, error: [...twice, ...mistakes].toSorted((a, b) => a.line - b.line) };
}

/** The first errors in the order of the file, one a line. */
function syntaxMistakes(document: Document.Parsed, lines: LineCounter): readonly Mistake[] {
  const errors = [...document.errors, ...document.warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  const byLine = new Map<number, Mistake>();
  for (const { message: detail, pos } of errors) {
    const { line: at, col } = lines.linePos(pos[0]);
    const line = Math.max(1, at);
    const one = { line, column: Math.max(1, col), path: "", reason: "bad_yaml", detail };
    if (byLine.size < MAX_SYNTAX && !byLine.has(line)) byLine.set(line, one);
  }
  return [...byLine.values()];
}

/** What stands at the mistake, where that says something; and the detail with it. */
function standing(
  root: unknown,
  { path, reason, detail }: Found,
): { value?: string; detail: string } {
  const node = path.reduce<unknown>(
    (at, step) => (Array.isArray(at) ? at[Number(step)] : own(looseRoot(at), String(step))),
    root,
  );
  const isPlain = node === null || ["string", "number", "boolean"].includes(typeof node);
  if (!isPlain) return { detail };
  const text = typeof node === "string" ? node : JSON.stringify(node);
  const value = text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
  const shown = typeof node === "string" ? JSON.stringify(value) : value;
  const isSaid = !INSTEAD.test(reason) || detail.includes(text);
  return { value, detail: isSaid ? detail : `${detail}, not ${shown}` };
}

function refuseWhole(reason: string, detail: string): Result<never, readonly Mistake[]> {
  return { ok: false, error: [{ line: 1, path: "", reason, detail }] };
}

interface Yaml {
  readonly document: Document.Parsed;
  readonly twice: readonly Mistake[];
  /** Undefined when the document has errors that leave none. */
  readonly value: unknown;
}

function readYaml(source: string, lines: LineCounter): Result<Yaml, string> {
  try {
    // The library's own search for duplicate keys takes minutes for a file of many keys.
    const options = { lineCounter: lines, uniqueKeys: false, prettyErrors: false } as const;
    const document = parseDocument(source, options);
    const twice = duplicateKeys(document, lines);
    const broken = document.errors.length > 0;
    const value: unknown = broken ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES });
    return ok({ document, twice, value });
  } catch (thrown) {
    // ReferenceError: an alias that leads nowhere, or too many of them; RangeError: nested too deeply for the stack.
    if (thrown instanceof ReferenceError || thrown instanceof RangeError) {
      return { ok: false, error: thrown.message };
    }
    throw thrown;
  }
}

function duplicateKeys(document: Document.Parsed, lines: LineCounter): readonly Mistake[] {
  const twice: Mistake[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const line = Math.max(1, lines.linePos(key.range?.[0] ?? 0).line);
        const detail = `${name} stands here twice`;
        if (seen.has(name)) twice.push({ line, path: "", reason: "duplicate_key", detail });
        seen.add(name);
      }
    },
  });
  return twice;
}

function checkShape(value: unknown): readonly Found[] {
  return shapeErrors(value).flatMap((error): readonly Found[] => {
    const { keyword, params, message } = error;
    // The validator's second word for keys that it calls `boolean` one by one.
    if (keyword === "additionalProperties") return [];
    const path = pathOf(value, error.instancePath);
    if (keyword === "boolean") return [mistake(path, "unknown_key", "there is no such key here")];
    if (keyword === "required") {
      return params.requiredProperties.map((key) => ({
        ...mistake(path, "missing_key", `${key} is missing`),
        allowed: [key],
      }));
    }
    if (keyword === "type") {
      return [{ ...mistake(path, "wrong_type", message), allowed: [params.type].flat() }];
    }
    const said = complaintAt(error.schemaPath);
    if (said !== undefined) return [{ path, ...said }];
    const isLimit = keyword === "minimum" || keyword === "maximum";
    const limit = isLimit ? { allowed: [`${params.comparison} ${params.limit}`] } : {};
    return [{ ...mistake(path, "bad_value", message), ...limit }];
  });
}

/** The validator stops at 8 mistakes unless its global settings say otherwise. */
function shapeErrors(value: unknown): ReturnType<typeof FACILITY_SHAPE.Errors> {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: MAX_MISTAKES });
  try {
    return FACILITY_SHAPE.Errors(value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

function mistake(path: Path, reason: string, detail: string): Found {
  return { path, reason, detail };
}

/** A JSON pointer as a path of keys and list positions. */
function pathOf(value: unknown, pointer: string): Path {
  const path: (string | number)[] = [];
  let node: unknown = value;
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(node)) {
      path.push(Number(key));
      node = node[Number(key)];
    } else {
      path.push(key);
      node = own(looseRoot(node), key);
    }
  }
  return path;
}

/** Gives the line of the key or list entry at a path, or of the nearest thing around it that exists. */
function locator(document: Document.Parsed, lines: LineCounter): (path: Path) => number {
  // The library walks the whole document for each alias that it resolves.
  const targets = new Map<unknown, unknown>();
  const behind = (node: unknown): unknown => {
    if (!isAlias(node)) return node;
    if (!targets.has(node)) targets.set(node, node.resolve(document));
    return targets.get(node);
  };
  return (path) => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const step of path) {
      const [at, next] = descend(behind(node), step);
      if (at === undefined) break;
      offset = at;
      node = next;
    }
    return Math.max(1, lines.linePos(offset).line);
  };
}

function descend(node: unknown, step: string | number): readonly [number | undefined, unknown] {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return [isNode(item) ? item.range?.[0] : undefined, item];
  }
  if (!isMap(node)) return [undefined, undefined];
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
  return [isScalar(pair?.key) ? pair.key.range?.[0] : undefined, pair?.value];
}

function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}
