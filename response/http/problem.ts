/** Errors of the API are RFC 9457 problem documents with our `code` (docs/errors.md). */
import type { FastifyReply } from "fastify";

const PROBLEMS = {
  bad_request: [400, "The request is not as it should be"],
  not_signed_in: [401, "Nobody is signed in"],
  wrong_login: [401, "Login or password is wrong"],
  too_many_tries: [429, "Too many tries"],
  sign_in_busy: [503, "Too many people sign in now"],
  unknown_link: [404, "There is no such link"],
  link_over: [410, "The link is over"],
  weak_password: [422, "The password is not taken"],
  bad_login: [422, "The login is not taken"],
  login_taken: [409, "The login is somebody else's"],
  wrong_scope: [422, "The role cannot have this scope"],
  unknown_person: [422, "There is no such person"],
  person_taken: [409, "The person has an account"],
  last_administrator: [409, "There would be no administrator"],
  not_allowed: [403, "This role has no right to it"],
  foreign_host: [403, "This name is not ours to answer for"],
  foreign_origin: [403, "Another site's page asks"],
  not_found: [404, "There is no such thing"],
  unknown_token: [404, "There is no such call"],
  call_over: [409, "The incident is over"],
  wrong_state: [409, "This cannot be done in this state"],
  still_active: [409, "Detectors are still in alarm"],
  reason_needed: [422, "A reason is needed"],
  wrong_room_code: [422, "This is not the code on the wall"],
  gateway_refused: [409, "The gateway says no"],
  gateway_unreachable: [503, "The gateway does not answer"],
  readings_unavailable: [503, "Readings cannot be read now"],
  too_many_streams: [503, "Too many streams are open"],
  internal: [500, "The service has failed"],
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** Whether a reason code has a problem document. */
export function isProblem(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

export function sendProblem(reply: FastifyReply, code: ProblemCode, detail: string): FastifyReply {
  const [status, title] = PROBLEMS[code];
  return reply
    .code(status)
    .type("application/problem+json")
    .send({ type: `urn:anhu:problem:${code}`, title, status, detail, code });
}

/** The problem document of a refusal, with the wait it asks for, if any (RFC 9110, 10.2.3). */
export function sendRefusal(
  reply: FastifyReply,
  refusal: { readonly reason: ProblemCode; readonly detail: string; readonly waitMs?: number },
): FastifyReply {
  const { reason, detail, waitMs } = refusal;
  if (waitMs !== undefined) void reply.header("retry-after", Math.ceil(waitMs / 1000));
  return sendProblem(reply, reason, detail);
}
