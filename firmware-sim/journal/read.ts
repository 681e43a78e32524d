import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Fact } from "./journal.ts";

export interface JournalContents {
  /** Oldest first, each with all that was learned about it later. */
  readonly facts: readonly Fact[];
  /** Lines that are no JSON object with an id (the torn last line of a killed run), or speak of a fact that was rotated away. */
  readonly skipped: number;
}

/** Reads the journal at `path` with its rotated files, folded to one entry per fact. A missing journal is empty. Holds all of it in memory. */
export async function readJournal(path: string): Promise<JournalContents> {
  const facts = new Map<string, Fact>();
  let skipped = 0;
  for (const file of filesOf(path)) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line === "") continue;
      const entry = parseEntry(line);
      const known = entry === null ? undefined : facts.get(entry.id);
      if (entry === null || (known === undefined && entry.kind === undefined)) skipped += 1;
      else facts.set(entry.id, { ...known, ...entry } as Fact);
    }
  }
  return { facts: [...facts.values()], skipped };
}

function filesOf(path: string): string[] {
  const files: string[] = [];
  for (let n = 1; existsSync(`${path}.${n}`); n++) files.unshift(`${path}.${n}`);
  return existsSync(path) ? [...files, path] : files;
}

function parseEntry(line: string): ({ id: string } & Partial<Fact>) | null {
  try {
    const value: unknown = JSON.parse(line);
    const isEntry = typeof value === "object" && value !== null && "id" in value;
    return isEntry && typeof value.id === "string" ? (value as { id: string }) : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
