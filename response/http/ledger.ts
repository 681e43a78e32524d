import { Type } from "typebox";
import { holdsFacility } from "../access/scope.ts";
import { deadLetters, ledgerPage, ledgerSize } from "../store/reading.ts";
import { sendProblem } from "./problem.ts";
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
  const page = {
    config: { access: "ledger.read" },
    schema: { params: FacilityParams, querystring: PageQuery },
  } as const;
  server.get("/api/v1/ledger/:facility", page, async ({ params, query, principal }, reply) => {
    const { facility } = params;
    const { from, limit } = query;
    if (!(await holdsFacility(db, principal.scope, facility))) {
      return sendProblem(reply, "not_found", `no facility ${facility}`);
    }
    const items = await ledgerPage(db, { facility, from, limit });
    const next = items.length === limit ? from + limit : null;
    return { items, next, size: await ledgerSize(db, facility) };
  });

  const letters = { config: { access: "dead-letters.read" } } as const;
  server.get("/api/v1/dead-letters", letters, async ({ principal }) => ({
    items: await deadLetters(db, { limit: 100, scope: principal.scope }),
  }));
}
