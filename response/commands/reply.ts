import { ok, refuse } from "@anhu/core/result";
import type { Result } from "@anhu/core/result";
import type { Reply } from "@anhu/core/wire";
import { Type } from "typebox";
import { Compile } from "typebox/compile";

const shape = Compile(
  Type.Object({
    id: Type.String({ minLength: 1, maxLength: 64 }),
    ok: Type.Boolean(),
    detail: Type.String({ maxLength: 16_384 }),
  }),
);

/** Parses a gateway's answer to a command (CONTRACTS.md, command). Fails with `bad_json` or `bad_shape`. */
export function parseReply(payload: Uint8Array): Result<Reply> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (thrown) {
    return refuse("bad_json", thrown instanceof Error ? thrown.message : String(thrown));
  }
  return shape.Check(value) ? ok(value) : refuse("bad_shape", "id, ok and detail are expected");
}
