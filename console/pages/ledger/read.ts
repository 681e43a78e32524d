import { AnhuError } from "@anhu/core/errors";
import type { LedgerPage } from "@anhu/response/api";
import { pathOf } from "../../api/client.ts";
import type { Api } from "../../api/client.ts";

const PAGE = 1_000;
/** A file that a browser can hold; who has more exports by the command line. */
const MOST = 500_000;

/**
 * The whole log of a facility as lines of JSON, in order. `onProgress` is told how many of how many are read.
 * Throws as `Api.get`, and `too_large` over 500,000 entries.
 */
export async function readLedger(
  api: Api,
  facility: string,
  onProgress: (done: number, all: number) => void,
): Promise<readonly string[]> {
  const lines: string[] = [];
  let from: number | null = 1;
  while (from !== null) {
    const page: LedgerPage = await api.get<LedgerPage>(pathOf`ledger/${facility}`, {
      from,
      limit: PAGE,
    });
    for (const item of page.items) lines.push(JSON.stringify(item));
    if (lines.length > MOST) {
      throw new AnhuError("too_large", `over ${MOST} entries`, { fault: "caller", retry: false });
    }
    onProgress(lines.length, page.size);
    from = page.next;
  }
  return lines;
}
