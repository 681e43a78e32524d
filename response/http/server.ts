/**
 * The HTTP side of response, in this order for every request:
 *
 *   guard (guard.ts) --no--> 401, 403, 404   query right? --no--> 400   handler --throws--> 500
 */
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import Fastify from "fastify";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Passwords } from "../access/passwords.ts";
import type { Sessions } from "../access/sessions.ts";
import type { ConsolePages } from "../channels/console/streams.ts";
import type { Commands } from "../commands/commands.ts";
import type { Actions } from "../escalation/actions.ts";
import type { Facilities } from "../facilities/files.ts";
import type { Names } from "../facilities/names.ts";
import type { Health } from "../health/health.ts";
import type { RuleBook } from "../incidents/model.ts";
import type { Readings } from "../readings/readings.ts";
import type { Bell } from "../store/bell.ts";
import type { Db } from "../store/schema.ts";
import type { Certificate } from "./certificate.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { actionRoutes } from "./actions.ts";
import { answerRoutes } from "./answers.ts";
import { deviceRoutes } from "./devices.ts";
import { facilityRoutes } from "./facilities.ts";
import { guard } from "./guard.ts";
import { incidentRoutes } from "./incidents.ts";
import { ledgerRoutes } from "./ledger.ts";
import { contentPolicy, HELMET } from "./headers.ts";
import { operationRoutes } from "./operation.ts";
import { peopleRoutes } from "./people.ts";
import { sendProblem, sendRefusal } from "./problem.ts";
import { readingRoutes } from "./readings.ts";
import { residentRoutes } from "./residents.ts";
import { rotaRoutes } from "./rota.ts";
import { sessionRoutes } from "./session.ts";
import { staticRoutes } from "./static.ts";
import { streamRoutes } from "./stream.ts";
import { testModeRoutes } from "./test-mode.ts";
import { userRoutes } from "./users.ts";

export interface HttpOptions {
  readonly db: Db;
  readonly rules: RuleBook;
  readonly facilities: Facilities;
  /** Of people, for who may see them. */
  readonly names: Names;
  /** What the codes on the rooms' walls are made of; null: there are none. */
  readonly roomKey: string | null;
  readonly health: Health;
  readonly readings: Readings;
  /** Rings when something was recorded. */
  readonly changes: Bell;
  /** Where notices meet the open pages of a person. */
  readonly pages: ConsolePages;
  /** Tells a gateway what to do, and waits for its answer. */
  readonly run: Commands["run"];
  /** What people do to incidents. */
  readonly actions: Actions;
  readonly clock: Clock;
  /** Response's steady time, ms. */
  readonly steady: () => number;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  /** Of the listener on the local network; null: there is none. */
  readonly certificate: Pick<Certificate, "names"> | null;
  /** Where the local CA's certificate is: `ca.crt`. */
  readonly tlsFolder: string;
  /** The console as it was built; it need not be there yet. */
  readonly consoleDir: string;
  /** The simulated demo facility runs here: the console says so. */
  readonly demo: boolean;
  /** Of this machine's own tools; null: there is none. */
  readonly apiToken: string | null;
  readonly log: Logger;
}

export type Server = ReturnType<typeof bareServer>;

export const REQUEST_TIMEOUT_MS = 10_000;
const BODY_BYTES = 64 * 1024;
/** Builds the server; it does not listen yet. */
export async function buildHttp(options: HttpOptions): Promise<Server> {
  const { log } = options;
  const server = bareServer();
  await server.register(helmet, HELMET);
  server.addHook("onRequest", async (_request, reply) => {
    void reply.header("content-security-policy", contentPolicy());
  });
  await server.register(cookie);
  // JSON only: what a form or a plain request of a foreign page carries is not taken.
  server.removeContentTypeParser("text/plain");
  server.setNotFoundHandler(({ method, url }, reply) =>
    sendProblem(reply, "not_found", `${method} ${url} is not a route of this API`),
  );
  server.setErrorHandler((thrown, request, reply) => {
    if (thrown instanceof AnhuError && thrown.code === "sign_in_busy") {
      return sendRefusal(reply, { reason: "sign_in_busy", detail: thrown.message, waitMs: 3_000 });
    }
    const status = statusOf(thrown);
    if (status >= 400 && status < 500) return sendProblem(reply, "bad_request", messageOf(thrown));
    // The address itself may be a right: of an answer it carries the token.
    const { method, routeOptions } = request;
    log.error({ err: thrown, method, route: routeOptions.url }, "request failed");
    return sendProblem(reply, "internal", "see the log of response");
  });

  guard(server, options);
  await staticRoutes(server, options);
  operationRoutes(server, options);
  incidentRoutes(server, options);
  actionRoutes(server, options);
  answerRoutes(server, options);
  rotaRoutes(server, options);
  sessionRoutes(server, options);
  userRoutes(server, options);
  ledgerRoutes(server, options);
  facilityRoutes(server, options);
  deviceRoutes(server, options);
  peopleRoutes(server, options);
  residentRoutes(server, options);
  deliveryRoutes(server, options);
  testModeRoutes(server, options);
  readingRoutes(server, options);
  streamRoutes(server, options);
  return server;
}

function bareServer() {
  return Fastify({
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: BODY_BYTES,
    // A stream's client must not hold up the end.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: (thrown, _request, reply) =>
      void sendProblem(reply, "bad_request", messageOf(thrown)),
    // A misspelt filter is a mistake to name, not one to answer without it.
    ajv: { customOptions: { removeAdditional: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();
}

function statusOf(thrown: unknown): number {
  return thrown instanceof Error && "statusCode" in thrown ? Number(thrown.statusCode) : 500;
}
