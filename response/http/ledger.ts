import { Type } from "typebox";
import { deadLetters, ledgerPage, ledgerSize } from "../store/reading.ts";
import type { HttpOptions, Server } from "./server.ts";

const PageQuery = Type.Object(
  {
    from: Type.Integer({ minimum: 1, default: 1 }),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 200 }),
  },
  { additionalProperties: false },
);
const FacilityParams = Type.Object({ facility: Type.String({ maxLength: 32 }) });

/**
 * `GET /api/v1/ledger/{facility}?from=SEQ&limit=`: `entry` is the canonical text, whose bytes are what the leaf was made of; `size` = how many
 * there are.
 * `GET /api/v1/dead-letters`: the last 100 messages that were refused for good.
 */
export function ledgerRoutes(server: Server, { db }: HttpOptions): void {
  const schema = { params: FacilityParams, querystring: PageQuery };
  server.get("/api/v1/ledger/:facility", { schema }, async ({ params, query }) => {
    const { from, limit } = query;
    const items = await ledgerPage(db, { facility: params.facility, from, limit });
    const next = items.length === limit ? from + limit : null;
    return { items, next, size: await ledgerSize(db, params.facility) };
  });

  server.get("/api/v1/dead-letters", async () => ({ items: await deadLetters(db, 100) }));
}
