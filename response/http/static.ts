/**
 * The console's files: `/` is its page, whose address behind `#` the browser keeps to itself; what stands in `assets/` has a hash in its
 * name and never changes. The page gets a fresh nonce each time, for the styles that it makes as it runs (CSP Level 3, 7.2).
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import files from "@fastify/static";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { contentPolicy } from "./headers.ts";
import type { HttpOptions, Server } from "./server.ts";
import { waitingPage } from "./waiting.ts";

const YEAR_MS = 365 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const PUBLIC = { access: "public" } as const;
/** Files beside the page: icons, the manifest. */
const BESIDE = Type.Object({
  file: Type.String({ pattern: "^[\\w-]{1,64}\\.(?:svg|png|ico|webmanifest|js)$" }),
});
const HASHED = Type.Object({ "*": Type.String({ maxLength: 200 }) });

export async function staticRoutes(server: Server, { consoleDir }: HttpOptions): Promise<void> {
  await server.register(files, {
    root: consoleDir,
    serve: false,
    preCompressed: true,
    // It may be built while we run.
    suppressWarning: true,
  });

  server.get("/", { config: PUBLIC }, async (request, reply) => {
    const page = await readPage(consoleDir);
    if (page !== null) return sendPage(reply, page);
    return reply
      .code(503)
      .headers({ "cache-control": "no-store", "retry-after": "3" })
      .type("text/html; charset=utf-8")
      .send(waitingPage(request.headers["accept-language"] ?? ""));
  });

  const hashed = { config: PUBLIC, schema: { params: HASHED } } as const;
  server.get("/assets/*", hashed, ({ params }, reply) =>
    reply.sendFile(`assets/${params["*"]}`, { maxAge: YEAR_MS, immutable: true }),
  );

  const beside = { config: PUBLIC, schema: { params: BESIDE } } as const;
  server.get("/:file", beside, ({ params }, reply) =>
    reply.sendFile(params.file, { maxAge: DAY_MS }),
  );
}

/** `<meta name="csp-nonce" content="...">`, first in the head: the console's styles carry it. */
function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(16).toString("base64");
  const head = `<head><meta name="csp-nonce" content="${nonce}" />`;
  return reply
    .headers({ "cache-control": "no-store", "content-security-policy": contentPolicy(nonce) })
    .type("text/html; charset=utf-8")
    .send(page.replace("<head>", head));
}

/** null: the console is not built yet. */
async function readPage(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, "index.html"), "utf8");
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return null;
    throw thrown;
  }
}
