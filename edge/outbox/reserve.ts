/**
 * Disk space kept back for alerts: a file of zeros that is given up when the disk is full.
 * On file systems that compress it holds nothing back; the outbox then still drops readings before alerts.
 */
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";

export interface Reserve {
  /** Gives the space up. */
  free(): void;
  /** Takes it again; false when there is no room. */
  take(): boolean;
}

const CHUNK = Buffer.alloc(256 * 1024);

/** A reserve of `bytes` in the file `path`. */
export function fileReserve(path: string, bytes: number): Reserve {
  return {
    free: () => rmSync(path, { force: true }),
    take() {
      if (existsSync(path) && statSync(path).size === bytes) return true;
      try {
        fill(path, bytes);
        return true;
      } catch {
        // Whatever the disk said: no reserve, and nothing half-made that takes room from alerts.
        rmSync(path, { force: true });
        return false;
      }
    },
  };
}

function fill(path: string, bytes: number): void {
  const file = openSync(path, "w");
  try {
    for (let left = bytes; left > 0;)
      left -= writeSync(file, CHUNK, 0, Math.min(left, CHUNK.length));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
