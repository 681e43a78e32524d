/** Errors of the API are RFC 9457 problem documents with our `code` (docs/errors.md). */
import type { FastifyReply } from "fastify";

const PROBLEMS = {
  bad_request: [400, "The request is not as it should be"],
  not_signed_in: [401, "Nobody is signed in"],
  not_allowed: [403, "This role has no right to it"],
  foreign_host: [403, "This name is not ours to answer for"],
  foreign_origin: [403, "Another site's page asks"],
  not_found: [404, "There is no such thing"],
  readings_unavailable: [503, "Readings cannot be read now"],
  too_many_streams: [503, "Too many streams are open"],
  internal: [500, "The service has failed"],
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export function sendProblem(reply: FastifyReply, code: ProblemCode, detail: string): FastifyReply {
  const [status, title] = PROBLEMS[code];
  return reply
    .code(status)
    .type("application/problem+json")
    .send({ type: `urn:anhu:problem:${code}`, title, status, detail, code });
}
