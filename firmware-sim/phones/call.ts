import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Call, CalledIncident } from "./model.ts";

/** Reads the body of an `anhu.call`. Fails with `bad_json` or `bad_shape`. */
export function parseCall(body: string): Result<Call> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return refuse("bad_json", thrown.message);
  }
  const { type, data } = Object(value) as Record<string, unknown>;
  if (type !== "anhu.call") return refuse("bad_shape", "this phone knows anhu.call only");
  const call = Object(data) as Record<string, unknown>;
  const texts = ["delivery", "purpose", "person", "role", "severity"];
  const wrong = texts.find((key) => typeof call[key] !== "string");
  if (wrong !== undefined) return refuse("bad_shape", `${wrong} is missing`);
  if (!isIncident(call["incident"])) return refuse("bad_shape", "no such incident");
  const { answers, answer_url: url = null } = call;
  if (!Array.isArray(answers)) return refuse("bad_shape", "answers are missing");
  if (url !== null && typeof url !== "string") return refuse("bad_shape", "no such answer_url");
  return ok({ ...(call as unknown as Call), answer_url: url });
}

function isIncident(value: unknown): value is CalledIncident | null {
  if (value === null) return true;
  const incident = Object(value) as Record<string, unknown>;
  return ["id", "kind", "state", "room"].every((key) => typeof incident[key] === "string");
}
