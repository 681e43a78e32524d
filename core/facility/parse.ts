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

/**
 * Parses a facility file (YAML 1.2). Fails with every mistake at once, in the order of the lines: `too_large`, `bad_yaml`, `duplicate_key`,
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

  const syntax = [...document.errors, ...document.warnings].map(({ message, pos }): Mistake => {
    const line = Math.max(1, lines.linePos(pos[0]).line);
    return { line, path: "", reason: "bad_yaml", detail: message };
  });
  // What the rest of a broken file says is guesswork.
  if (syntax.length > 0) return { ok: false, error: syntax };
  const root = looseRoot(value);
  const found = [...checkShape(value), ...checkFacility(root), ...checkRota(root)];
  if (found.length + twice.length === 0 && FACILITY_SHAPE.Check(value)) return ok(value);
  const lineOf = locator(document, lines);
  const mistakes = found.map(({ path, reason, detail }) => ({
    line: lineOf(path),
    path: pathText(path),
    reason,
    detail,
  }));
  return { ok: false, error: [...twice, ...mistakes].toSorted((a, b) => a.line - b.line) };
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
      return params.requiredProperties.map((key) =>
        mistake(path, "missing_key", `${key} is missing`),
      );
    }
    if (keyword === "type") return [mistake(path, "wrong_type", message)];
    const said = complaintAt(error.schemaPath);
    return [mistake(path, said?.reason ?? "bad_value", said?.detail ?? message)];
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
