/**
 * What every request passes before its route, in this order:
 *
 *   Host is one of our names? --no--> 403   state-changing and from another site? --no--> 403
 *   route is there on this listener? --no--> 404   signed in? --no--> 401   role has the right? --no--> 403
 *
 * Where the right holds is part of each query (access/scope.ts).
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { bearsToken, LOCAL } from "../access/api-token.ts";
import type { Principal } from "../access/model.ts";
import { hasRight } from "../access/rights.ts";
import type { Access } from "../access/rights.ts";
import type { Session, Sessions } from "../access/sessions.ts";
import type { Certificate } from "./certificate.ts";
import { cookieToken } from "./cookie.ts";
import { sendProblem } from "./problem.ts";
import type { Server } from "./server.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Every route with what it asks, in the order of their declaration; HEAD is GET's. */
    readonly declared: readonly DeclaredRoute[];
  }
  interface FastifyContextConfig {
    /** What the route asks of who calls it. Each route says it: without, the server does not start. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Who asks; null: nobody is signed in, which only routes that are `public` see. */
    signedIn: Principal | null;
    /** The session by which; null: nobody's, or the API token's. */
    session: Session | null;
    /** Who asks. Reading it on a route that is `public` throws. */
    readonly principal: Principal;
  }
}

export interface DeclaredRoute {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

export interface GuardOptions {
  readonly sessions: Sessions;
  /** Of the listener on the local network: who it names is us. */
  readonly certificate: Pick<Certificate, "names"> | null;
  /** null: nobody can sign in by it. */
  readonly apiToken: string | null;
}

/** Names that a browser on this machine may call us by: any other is a foreign page's rebound name. */
const LOOPBACK_NAMES = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;
const READS = ["GET", "HEAD", "OPTIONS"];

/** Puts the guard before every route that is declared after it. Throws on one that does not say whom it lets in. */
export function guard(server: Server, { apiToken, sessions, certificate }: GuardOptions): void {
  server.decorateRequest("signedIn", null);
  server.decorateRequest("session", null);
  server.decorateRequest("principal", {
    getter(this: FastifyRequest): Principal {
      if (this.signedIn !== null) return this.signedIn;
      throw new Error(`${this.routeOptions.url} is public: nobody need be signed in`);
    },
  });
  const declared: DeclaredRoute[] = [];
  server.decorate("declared", declared);
  server.addHook("onRoute", ({ method, url, config }) => {
    const access = config?.access;
    if (access === undefined) {
      throw new Error(`${String(method)} ${url} does not declare config.access`);
    }
    for (const one of [method].flat()) {
      if (one !== "HEAD") declared.push({ method: one, url, access });
    }
  });

  function isOurName(request: FastifyRequest): boolean {
    const host = request.headers.host ?? "";
    return isLocal(request) ? LOOPBACK_NAMES.test(host) : certificate?.names(host) === true;
  }

  server.addHook("onRequest", async (request, reply) => {
    if (!isOurName(request)) {
      return sendProblem(reply, "foreign_host", "this address is not asked by this name");
    }
    const isRead = READS.includes(request.method);
    if (!isRead && isFromElsewhere(request)) {
      return sendProblem(reply, "foreign_origin", "only this service's own pages may ask this");
    }
    if (request.is404) return undefined;
    const { access } = request.routeOptions.config;
    if (isLocal(request) && bearsToken(request.headers.authorization, apiToken)) {
      request.signedIn = LOCAL;
    } else if (access !== "public" || !isRead) {
      const token = cookieToken(request);
      request.session = token === undefined ? null : await sessions.find(token);
      request.signedIn = request.session?.principal ?? null;
    }
    return letIn(request, reply);
  });
}

function letIn(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const { access } = request.routeOptions.config;
  if (access === "public") return undefined;
  if (access === "loopback") {
    return isLocal(request) ? undefined : sendProblem(reply, "not_found", "not on this listener");
  }
  if (request.signedIn === null) {
    return sendProblem(
      reply.header("www-authenticate", "Bearer"),
      "not_signed_in",
      "sign in first",
    );
  }
  if (access === "signed-in") return undefined;
  const { role } = request.signedIn;
  if (access !== undefined && hasRight(role, access)) return undefined;
  return sendProblem(reply, "not_allowed", `${role} has not the right ${access}`);
}

/** Whether it came by the listener on loopback, the only one without TLS. */
function isLocal(request: FastifyRequest): boolean {
  return request.protocol === "http";
}

/** Fetch Metadata (W3C) and `Origin` (RFC 6454, 7): what is sent must be ours, and a browser, known by its cookie, must send one. */
function isFromElsewhere(request: FastifyRequest): boolean {
  const { headers, protocol, host } = request;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return true;
  if (headers.origin !== undefined) return headers.origin !== `${protocol}://${host}`;
  return site === undefined && cookieToken(request) !== undefined;
}
