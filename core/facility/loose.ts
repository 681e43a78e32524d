/** Where a value stands in the file: keys and list positions. */
export type Path = readonly (string | number)[];

/** A mistake whose line is not known yet. */
export interface Found {
  readonly path: Path;
  readonly reason: string;
  readonly detail: string;
  /** What may stand there instead. */
  readonly allowed?: readonly string[];
}

/** An object of the file of which nothing is known: checks read it key by key, so that one mistake hides no other. */
export interface Loose {
  readonly path: Path;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The value as an object, or an empty one. */
export function looseRoot(value: unknown): Loose {
  return { path: [], value: isObject(value) ? value : {} };
}

/** The objects in the list at `key`; what is none is the schema's to report. */
export function each(parent: Loose, key: string): readonly Loose[] {
  const list = own(parent, key);
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, i) =>
    isObject(value) ? [{ path: [...parent.path, key, i], value }] : [],
  );
}

/** The object at `key`, or an empty one. */
export function inside(parent: Loose, key: string): Loose {
  const value = own(parent, key);
  return { path: [...parent.path, key], value: isObject(value) ? value : {} };
}

/** The text at `key`, if it is one. */
export function text(parent: Loose, key: string): string | undefined {
  const value = own(parent, key);
  return typeof value === "string" ? value : undefined;
}

/** The value at `key`, never one that the object inherits. */
export function own(parent: Loose, key: string): unknown {
  return Object.hasOwn(parent.value, key) ? parent.value[key] : undefined;
}

export function found(
  at: Loose,
  key: string,
  complaint: readonly [reason: string, detail: string],
): Found {
  return { path: [...at.path, key], reason: complaint[0], detail: complaint[1] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
