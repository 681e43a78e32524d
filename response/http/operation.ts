import { readCa } from "./certificate.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const LOOPBACK = { config: { access: "loopback" } } as const;

/** `GET /healthz` (503 when a part is down), `GET /metrics`, and `GET /ca.crt`: the local CA, for phones to trust. */
export function operationRoutes(server: Server, { health, tlsFolder }: HttpOptions): void {
  server.get("/healthz", LOOPBACK, async (_request, reply) => {
    const report = await health.report();
    return reply.code(report.status === "down" ? 503 : 200).send(report);
  });

  server.get("/metrics", LOOPBACK, async (_request, reply) =>
    reply.type("text/plain; version=0.0.4; charset=utf-8").send(await health.metrics()),
  );

  server.get("/ca.crt", { config: { access: "public" } }, (_request, reply) => {
    const pem = readCa(tlsFolder);
    if (pem === null) return sendProblem(reply, "not_found", "there is no local CA here");
    // Phones offer to install what comes under this type.
    return reply
      .type("application/x-x509-ca-cert")
      .header("content-disposition", 'attachment; filename="anhu-ca.crt"')
      .send(pem);
  });
}
