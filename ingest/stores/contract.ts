import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Store, TaggedLines } from "./store.ts";

export interface StoreUnderTest {
  /** Opens the store; the second time on the same data. */
  open(): Promise<Store>;
  /** Ends it as a power cut would, as far as it can be done; without this, closing must do. */
  crash?(store: Store): Promise<void>;
  /** Removes what it left. */
  remove(): Promise<void>;
}

/** What every readings store promises; each implementation's test calls this. */
export function storeContract(name: string, prepare: () => Promise<StoreUnderTest>): void {
  describe(`the ${name} store`, () => {
    let under: StoreUnderTest;
    let store: Store;
    let facility: string;

    beforeAll(async () => {
      under = await prepare();
      store = await under.open();
    });
    beforeEach(() => {
      facility = `f-${Math.random().toString(36).slice(2, 10)}`;
    });
    afterAll(async () => {
      await store.close();
      await under.remove();
    });

    const line = (fields: string, at: number | string, device = "s1", kind = "smoke"): string => {
      const resident = kind === "fall" ? ",resident=p-1" : "";
      return `${kind},device=${device},facility=${facility},gateway=gw1${resident},room=r302 ${fields} ${at}`;
    };
    const write = (...texts: string[]) => store.write(tagged(texts));

    test("gives back what was written, oldest first", async () => {
      expect(await write(line("alarm=true,test=F", T + 1), line("obscuration_pct=2.5", T))).toEqual(
        STORED,
      );
      await write(line('fall=true,stage="suspected"', T + 2, "p1", "fall"));
      expect(await store.query({ facility }, 10)).toEqual([
        reading({ at: T, fields: { obscuration_pct: 2.5 } }),
        reading({ at: T + 1, fields: { alarm: true, test: false } }),
        reading({
          kind: "fall",
          device: "p1",
          resident: "p-1",
          at: T + 2,
          fields: { fall: true, stage: "suspected" },
        }),
      ]);
    });

    test("finds by device, kind, field and time, and counts the same", async () => {
      await write(
        line("alarm=true", T),
        line("test=true", T + 1),
        line("alarm=true", T, "s2"),
        line("temperature_c=20", T, "s1", "climate"),
      );
      const found = async (query: object): Promise<number> => {
        const count = await store.count({ facility, ...query });
        expect(await store.query({ facility, ...query }, 100)).toHaveLength(count);
        return count;
      };
      expect(await found({})).toBe(4);
      expect(await found({ device: "s1" })).toBe(3);
      expect(await found({ device: "s1", kind: "smoke" })).toBe(2);
      expect(await found({ kind: "smoke", field: "alarm" })).toBe(2);
      expect(await found({ from: T + 1 })).toBe(1);
      expect(await found({ to: T + 1 })).toBe(3);
      expect(await store.count({ facility: `${facility}x` })).toBe(0);
      expect(await store.query({ facility }, 2)).toHaveLength(2);
    });

    test("stores the same point once, however often it is written", async () => {
      for (let i = 0; i < 3; i++) expect(await write(line("alarm=true", T))).toEqual(STORED);
      await write(line("alarm=true", T), line("alarm=true", T));
      expect(await store.query({ facility }, 10)).toEqual([
        reading({ at: T, fields: { alarm: true } }),
      ]);
    });

    test("joins other fields of the same series and time; the later value wins", async () => {
      await write(line("alarm=true,test=false", T));
      await write(line("test=true,obscuration_pct=3", T));
      expect(await store.query({ facility }, 10)).toEqual([
        reading({ at: T, fields: { alarm: true, test: true, obscuration_pct: 3 } }),
      ]);
      expect(await store.count({ facility })).toBe(1);
    });

    test.each([
      ["unknown_kind", "smog,device=s1 alarm=true 1"],
      ["unknown_field", (l: typeof line) => l("colour=1", T)],
      ["wrong_type", (l: typeof line) => l("alarm=1", T)],
      ["wrong_type", (l: typeof line) => l("alarm=1i", T)],
      ["wrong_type", (l: typeof line) => l('obscuration_pct="2"', T)],
      ["wrong_type", (l: typeof line) => l('stage="fallen"', T, "p1", "fall")],
      ["duplicate_field", (l: typeof line) => l("alarm=true,alarm=false", T)],
      ["missing_tag", (l: typeof line) => l("alarm=true", T).replace(",room=r302", "")],
      ["foreign_tag", (l: typeof line) => l("alarm=true", T).replace(",room=", ",host=")],
      ["no_time", (l: typeof line) => l("alarm=true", "")],
      ["time_too_new", (l: typeof line) => l("alarm=true", "9223372036854775807")],
      ["time_too_old", (l: typeof line) => l("alarm=true", "-9223372036854775808")],
      ["bad_line", (l: typeof line) => l("alarm=", T)],
    ])("refuses %s, naming only the bad line", async (code, bad) => {
      const text = typeof bad === "string" ? bad : bad(line);
      expect(await write(line("alarm=true", T), text, line("alarm=true", T + 1))).toEqual({
        outcome: "stored",
        refused: [{ line: 2, code }],
      });
      expect(await store.count({ facility })).toBe(2);
    });

    test("knows the newest value of every field", async () => {
      await write(line("alarm=true,obscuration_pct=1", T), line("alarm=false", T + 5));
      await write(line("alarm=true", T + 3), line("pressed=true", T, "b1", "leak"));
      await write(line("alarm=true", T + 9, "s2"));
      const last = await store.lastValues({ facility, device: "s1" });
      expect(last.toSorted((a, b) => a.field.localeCompare(b.field))).toEqual([
        { kind: "smoke", device: "s1", field: "alarm", value: false, at: T + 5 },
        { kind: "smoke", device: "s1", field: "obscuration_pct", value: 1, at: T },
      ]);
      expect(await store.lastValues({ facility })).toHaveLength(3);
    });

    test("what it said is stored is there after a crash", async () => {
      await Promise.all(Array.from({ length: 20 }, (_, i) => write(line("alarm=true", T + i))));
      await (under.crash === undefined ? store.close() : under.crash(store));
      store = await under.open();
      expect(await store.count({ facility })).toBe(20);
    });

    test("takes many writes at once, and an empty one", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          write(...Array.from({ length: 20 }, (__, j) => line("alarm=true", T + i * 20 + j))),
        ),
      );
      expect(outcomes.every(({ outcome }) => outcome === "stored")).toBe(true);
      expect(await store.write({ bytes: new Uint8Array(), count: 0 })).toEqual(STORED);
      expect(await store.count({ facility })).toBe(1000);
      expect(await store.health()).toMatchObject({ status: "ok" });
    });
  });
}

const T = 1_763_719_200_000;
const STORED = { outcome: "stored", refused: [] };

function tagged(texts: readonly string[]): TaggedLines {
  const bytes = new TextEncoder().encode(texts.map((text) => `${text}\n`).join(""));
  return { bytes, count: texts.length };
}

function reading(one: object) {
  return { kind: "smoke", gateway: "gw1", device: "s1", room: "r302", resident: null, ...one };
}
