import type { Memory } from "./environment.tsx";

const PREFIX = "anhu.";

/** What a browser keeps of ours. One that refuses (private mode, full) keeps it until the page is closed. */
export function openMemory(storage: () => Storage): Memory {
  const here = new Map<string, string>();
  return {
    read(name) {
      try {
        return here.get(name) ?? storage().getItem(PREFIX + name);
      } catch {
        return here.get(name) ?? null;
      }
    },
    keep(name, text) {
      here.set(name, text);
      try {
        storage().setItem(PREFIX + name, text);
      } catch {
        // Kept in `here` all the same.
      }
    },
  };
}
