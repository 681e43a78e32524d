import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ledgerEntry, leafHash, verifyLedger } from "./index.ts";
import type { LedgerValue } from "./index.ts";
import vectors from "./vectors.json" with { type: "json" };

function log(length: number, data: (n: number) => Record<string, LedgerValue> = (n) => ({ n })) {
  const texts: string[] = [];
  let prev: string | null = null;
  for (let seq = 1; seq <= length; seq += 1) {
    const entry = ledgerEntry({
      facility: "f1",
      seq,
      at: 1_763_733_600_000 + seq,
      actor: "gateway:gw1",
      type: "alert_raised",
      data: data(seq),
      prev,
    });
    texts.push(entry.canonical);
    prev = entry.leaf;
  }
  return { texts, head: { seq: length, leaf: prev ?? "" } };
}

test("an entry is the canonical text and the leaf hash of the standards", () => {
  expect(leafHash("")).toBe(vectors.rfc6962_empty_leaf);
  const { sample } = vectors;
  expect(ledgerEntry(sample.fields)).toEqual({ canonical: sample.canonical, leaf: sample.leaf });
});

test("what JSON cannot carry is refused, not written otherwise than said", () => {
  for (const value of [Number.NaN, "\ud800"]) {
    expect(() => log(1, () => ({ value }))).toThrowError(
      expect.objectContaining({ code: "bad_ledger_value" }),
    );
  }
});

test("an untouched log verifies, and says what its head is", () => {
  const { texts, head } = log(5);
  expect(verifyLedger(texts, head)).toEqual({ intact: 5, head, finding: null });
  expect(verifyLedger([])).toEqual({ intact: 0, head: null, finding: null });
});

test("the first changed entry is named, wherever it is", () => {
  const { texts, head } = log(6);
  for (let seq = 1; seq <= 6; seq += 1) {
    const changed = texts.with(seq - 1, texts[seq - 1]?.replace('"n":', '"m":') ?? "");
    expect(verifyLedger(changed, head).finding).toMatchObject({ reason: "ledger_changed", seq });
    expect(verifyLedger(changed, head).intact).toBe(seq - 1);
  }
});

test("a changed prev convicts the entry that carries it, not the one before", () => {
  const { texts, head } = log(4);
  const changed = texts.with(2, texts[2]?.replace(/"prev":"../, '"prev":"zz') ?? "");
  expect(verifyLedger(changed, head).finding).toMatchObject({ reason: "ledger_changed", seq: 3 });
});

test("an entry that is written otherwise but means the same is changed", () => {
  const { texts } = log(3);
  const spaced = texts.with(1, texts[1]?.replace('"seq":2', '"seq": 2') ?? "");
  expect(verifyLedger(spaced).finding).toMatchObject({ reason: "ledger_changed", seq: 2 });
});

test("the first missing entry is named, also at the start and at the end", () => {
  const { texts, head } = log(5);
  for (let seq = 1; seq <= 5; seq += 1) {
    expect(verifyLedger(texts.toSpliced(seq - 1, 1), head).finding).toMatchObject({
      reason: "ledger_missing",
      seq,
    });
  }
});

test("the first reordered or repeated entry is named", () => {
  const { texts, head } = log(5);
  const swapped = texts.with(1, texts[3] ?? "").with(3, texts[1] ?? "");
  expect(verifyLedger(swapped, head).finding).toMatchObject({ reason: "ledger_reordered", seq: 2 });
  const repeated = texts.toSpliced(2, 0, texts[0] ?? "");
  expect(verifyLedger(repeated, head).finding).toMatchObject({
    reason: "ledger_reordered",
    seq: 3,
  });
});

test("whatever one does to the bytes of a log, it is seen", () => {
  const { texts, head } = log(4, (n) => ({ n, word: "火" }));
  const whole = texts.join("\n");
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 2 }), (at, by) => {
      fc.pre(whole.slice(at, at + 1) !== by);
      const touched = (whole.slice(0, at) + by + whole.slice(at + 1)).split("\n");
      expect(verifyLedger(touched, head).finding).not.toBeNull();
    }),
  );
});
