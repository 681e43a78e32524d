/**
 * Keeps the outbox going whatever the disk does.
 *
 *   commit --ok--------------------------------------------> durable
 *     | full: give up the reserve, drop oldest readings ---> durable
 *     | still full: alerts and state without readings -----> not durable, readings counted
 *     | damaged: moved aside, a fresh file ----------------> durable, fresh
 *     | any other failure: in memory, back to disk later --> not durable, fresh
 */
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "@anhu/core/errors";
import { isFull, openDatabase, openMemory } from "./database.ts";
import type {
  CommitRequest,
  CommitResult,
  Found,
  OutboxStats,
  Release,
  Remembered,
  Want,
} from "./model.ts";
import type { Reserve } from "./reserve.ts";
import { Store } from "./store.ts";

export interface KeeperOptions {
  readonly folder: string;
  readonly boot: string;
  readonly maxBytes: number;
  readonly reserve: Reserve;
  /** Wall clock ms, for the names of files moved aside; monotonic ms, for when to try again. */
  readonly wall: () => number;
  readonly monotonic: () => number;
  /** Opens the file; tests give disks that fail. */
  readonly open?: typeof openDatabase;
}

const MEMORY_BYTES = 64 * 1024 * 1024;
const DISK_AGAIN_MS = 60_000;
const RESERVE_AGAIN_MS = 10_000;
/** Room made at once when the disk is full, so that the next commits need not. */
const ROOM_BYTES = 1024 * 1024;

export class Keeper {
  readonly #options: KeeperOptions;
  /** Names the numbering of the file. */
  #boot: string;
  #store: Store;
  #medium: "disk" | "memory" = "disk";
  #movedAside: string | null = null;
  #trouble: string | null = null;
  #fresh = false;
  #reserved: boolean;
  #triedAt: number;
  readonly #dropped = { bound: 0, disk_full: 0 };

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#boot = options.boot;
    this.#triedAt = options.monotonic();
    this.#store = this.#open();
    this.#reserved = options.reserve.take();
  }

  commit(request: CommitRequest): CommitResult {
    this.#recover();
    const durable = this.#commit(request);
    const fresh = this.#fresh;
    this.#fresh = false;
    // All slots come with a next commit: not before them are those on the disk given up for these.
    if (fresh) this.#triedAt = this.#options.monotonic();
    return { durable: durable && this.#medium === "disk", fresh };
  }

  find(want: Want): Found {
    return this.#attempt(() => this.#store.find(want));
  }

  release(release: Release): void {
    this.#attempt(() => this.#store.release(release));
  }

  trust(shiftMs: number): void {
    this.#attempt(() => this.#store.trust(shiftMs));
  }

  remembered(): Remembered {
    return { ...this.#attempt(() => this.#store.remembered()), movedAside: this.#movedAside };
  }

  stats(): OutboxStats {
    return {
      ...this.#store.totals,
      oldest: this.#attempt(() => this.#store.oldest()),
      dropped: { ...this.#dropped },
      medium: this.#medium,
      trouble: this.#trouble,
    };
  }

  close(): void {
    this.#store.close();
  }

  #commit(request: CommitRequest): boolean {
    try {
      if (!this.#makeRoom(request)) return this.#commitWithoutReadings(request);
      this.#store.commit(request);
      return true;
    } catch (thrown) {
      if (isFull(thrown) && this.#medium === "disk") return this.#commitFull(request);
      this.#again(thrown, () => this.#store.commit(request));
      return true;
    }
  }

  /** Keeps readings within their bound and out of the reserve; false when there is no room for these. */
  #makeRoom(request: CommitRequest): boolean {
    const bytes = bytesOf(request);
    const bound = this.#medium === "disk" ? this.#options.maxBytes : MEMORY_BYTES;
    const excess = this.#store.totals.bytes + bytes - bound;
    if (excess > 0) this.#dropped.bound += this.#store.dropOldest(excess + bound / 64);
    if (this.#reserved || bytes === 0 || this.#medium === "memory") return true;
    const needed = 2 * bytes;
    if (freeBytes(this.#store.db) < needed) {
      this.#dropped.disk_full += this.#store.dropOldest(Math.max(needed, ROOM_BYTES));
    }
    return freeBytes(this.#store.db) >= needed;
  }

  #commitFull(request: CommitRequest): boolean {
    this.#giveUpReserve();
    try {
      this.#dropped.disk_full += this.#store.dropOldest(Math.max(2 * bytesOf(request), ROOM_BYTES));
      this.#store.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      this.#store.commit(request);
      return true;
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown;
      return this.#commitWithoutReadings(request);
    }
  }

  /** A message whose readings were dropped is not remembered as seen: its sender will send it again. */
  #commitWithoutReadings(request: CommitRequest): boolean {
    const rest = { ...request, batches: [], dedup: [], deadLetters: [] };
    try {
      this.#store.commit(rest);
    } catch (thrown) {
      this.#again(thrown, () => this.#store.commit(rest));
    }
    for (const batch of request.batches) this.#dropped.disk_full += batch.n;
    return request.batches.length === 0;
  }

  /** What else needs a little room or a working disk. Throws when a full disk has none for it: it is asked again later. */
  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (!isFull(thrown)) return this.#again(thrown, work);
      this.#giveUpReserve();
      return work();
    }
  }

  #giveUpReserve(): void {
    this.#options.reserve.free();
    this.#reserved = false;
    this.#triedAt = this.#options.monotonic();
  }

  /** The file failed while it was in use: opens it again, and goes on in memory when it can be opened and no more than that. */
  #again<T>(cause: unknown, work: () => T): T {
    if (this.#medium === "memory") throw cause;
    this.#store.close();
    // A disk that is full stays full when it is opened again.
    this.#store = isFull(cause) ? this.#openMemory(cause) : this.#open();
    try {
      return work();
    } catch (thrown) {
      if (this.#inMemory()) throw thrown;
      this.#store.close();
      this.#store = this.#openMemory(thrown);
      return work();
    }
  }

  /** Not narrowed by an earlier look. */
  #inMemory(): boolean {
    return this.#medium === "memory";
  }

  #open(): Store {
    const { folder, wall } = this.#options;
    try {
      const { db, movedAside } = (this.#options.open ?? openDatabase)(folder, wall());
      this.#medium = "disk";
      if (movedAside !== null) {
        this.#movedAside = movedAside;
        this.#fresh = true;
      }
      // A fresh file's seq begins again as well.
      if (movedAside !== null) this.#boot = this.#nameOf("f");
      return new Store(db, this.#boot);
    } catch (thrown) {
      return this.#openMemory(thrown);
    }
  }

  #openMemory(cause: unknown): Store {
    this.#trouble = messageOf(cause);
    this.#medium = "memory";
    this.#fresh = true;
    this.#triedAt = this.#options.monotonic();
    return new Store(openMemory(), this.#nameOf("m"));
  }

  /** The name of a numbering that begins again. */
  #nameOf(why: string): string {
    return `${this.#options.boot}${why}${this.#options.monotonic().toFixed(0)}`;
  }

  /** From time to time: back to the disk, and the reserve back on it. */
  #recover(): void {
    const waited = this.#options.monotonic() - this.#triedAt;
    if (this.#medium === "memory" && !this.#fresh && waited >= DISK_AGAIN_MS) this.#backToDisk();
    if (this.#medium === "disk" && !this.#reserved && waited >= RESERVE_AGAIN_MS) {
      this.#reserved = this.#options.reserve.take();
      this.#triedAt = this.#options.monotonic();
    }
  }

  #backToDisk(): void {
    const memory = this.#store;
    const disk = this.#open();
    if (this.#medium === "memory") {
      // #open gave another empty store in memory: keep the one with the rows.
      disk.close();
      this.#store = memory;
      this.#fresh = false;
      return;
    }
    try {
      disk.adopt(memory, this.#nameOf("d"));
    } catch (thrown) {
      this.#trouble = messageOf(thrown);
      disk.close();
      this.#medium = "memory";
      this.#triedAt = this.#options.monotonic();
      return;
    }
    memory.close();
    this.#store = disk;
    this.#fresh = false;
    this.#reserved = false;
    this.#trouble = null;
  }
}

function bytesOf(request: CommitRequest): number {
  return request.batches.reduce((sum, batch) => sum + batch.lines.length, 0);
}

/** Room inside the file, in pages that rows were deleted from. */
function freeBytes(db: DatabaseSync): number {
  const pages = Number(db.prepare("PRAGMA freelist_count").get()?.freelist_count);
  const size = Number(db.prepare("PRAGMA page_size").get()?.page_size);
  return pages * size;
}
