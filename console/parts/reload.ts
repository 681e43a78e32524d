import type { Memory } from "../app/environment.tsx";

const NAME = "reloaded";
const AGAIN_MS = 30_000;

/** Whether a part of the console could not be loaded: its file is gone, or the network is (each browser's own words). */
export function isGone(thrown: unknown): boolean {
  const text = thrown instanceof Error ? thrown.message : "";
  return /dynamically imported module|importing a module script|preload css|load failed/i.test(
    text,
  );
}

/** At most once in half a minute, so that a page that fails each time does not blink for ever. */
export function mayReload(memory: Memory, now: number): boolean {
  const last = Number(memory.read(NAME) ?? "0");
  if (now - last < AGAIN_MS && now >= last) return false;
  memory.keep(NAME, String(now));
  return true;
}
