import type { HttpOptions, Server } from "./server.ts";

const LOOPBACK = { config: { access: "loopback" } } as const;

/** `GET /healthz` (503 when a part is down) and `GET /metrics`. */
export function operationRoutes(server: Server, { health }: HttpOptions): void {
  server.get("/healthz", LOOPBACK, async (_request, reply) => {
    const report = await health.report();
    return reply.code(report.status === "down" ? 503 : 200).send(report);
  });

  server.get("/metrics", LOOPBACK, async (_request, reply) =>
    reply.type("text/plain; version=0.0.4; charset=utf-8").send(await health.metrics()),
  );
}
