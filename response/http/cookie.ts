/** The cookie of a session (RFC 6265bis): no script reads it, no other site sends it; on TLS its prefix says that this host alone set it. */
import type { FastifyReply, FastifyRequest } from "fastify";

const NAME = "anhu_session";

export function cookieToken({ cookies, protocol }: FastifyRequest): string | undefined {
  return cookies[nameFor(protocol)];
}

export function setCookie(
  { protocol }: FastifyRequest,
  reply: FastifyReply,
  { token, maxAgeMs }: { readonly token: string; readonly maxAgeMs: number },
): void {
  void reply.setCookie(nameFor(protocol), token, {
    ...attributes(protocol),
    maxAge: Math.floor(maxAgeMs / 1000),
  });
}

export function clearCookie({ protocol }: FastifyRequest, reply: FastifyReply): void {
  void reply.clearCookie(nameFor(protocol), attributes(protocol));
}

function nameFor(protocol: string): string {
  return protocol === "https" ? `__Host-${NAME}` : NAME;
}

function attributes(protocol: string) {
  return { path: "/", httpOnly: true, sameSite: "strict", secure: protocol === "https" } as const;
}
