import { Type } from "typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import type { Result } from "../result/index.ts";
import { ok, refuse } from "../result/index.ts";
import type { AlertMessage } from "./alert.ts";

const Int = Type.Integer({ minimum: 0 });
const Clock = Type.Object({
  source: Type.Enum(["ntp", "rtc", "none"]),
  offset_ms: Type.Number(),
});

const AckSchema = Type.Object({
  v: Type.Literal(1),
  kind: Type.Enum(["readings", "alerts"]),
  boot: Type.String(),
  stored: Type.Array(Int),
  refused: Type.Array(Type.Object({ seq: Int, code: Type.String(), lines: Type.Array(Int) })),
  busy_ms: Type.Optional(Int),
});

/** What the service that stores says of batches or alerts: stored and refused both release, `busy_ms` asks to wait. */
export type Ack = Static<typeof AckSchema>;

const StatusSchema = Type.Object({
  v: Type.Literal(1),
  state: Type.Enum(["online", "offline"]),
  boot: Type.String(),
  at: Type.Number(),
  version: Type.String(),
  config: Type.String(),
  backlog: Type.Object({
    readings: Int,
    alerts: Int,
    oldest: Type.Union([Type.Number(), Type.Null()]),
  }),
  devices: Type.Object({ total: Int, silent: Int }),
  clock: Clock,
});

/** A gateway's retained status, every 30 s and as its last will. `config` is a hash of the facility file in force. */
export type Status = Static<typeof StatusSchema>;

const CommandSchema = Type.Object({
  v: Type.Literal(1),
  id: Type.String(),
  expires_at: Type.Number(),
  verb: Type.String(),
  args: Type.Record(Type.String(), Type.Unknown()),
});

export type Command = Static<typeof CommandSchema>;

/** A gateway's answer to a command. */
export interface Reply {
  readonly id: string;
  readonly ok: boolean;
  readonly detail: string;
}

const PointSchema = Type.Object({
  kind: Type.String(),
  device: Type.String(),
  room: Type.Optional(Type.String()),
  resident: Type.Optional(Type.String()),
  fields: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Boolean(), Type.String()])),
  at: Type.Union([Type.Number(), Type.Null()]),
});

const AlertSchema = Type.Object({
  v: Type.Literal(1),
  boot: Type.String({ minLength: 1, maxLength: 64 }),
  seq: Int,
  id: Type.String({ minLength: 1, maxLength: 256 }),
  event: Type.String({ minLength: 1, maxLength: 256 }),
  rule: Type.String({ minLength: 1, maxLength: 64 }),
  phase: Type.Enum(["raised", "updated", "cleared"]),
  class: Type.Enum(["alarm", "supervisory", "trouble", "care", "health"]),
  severity: Type.Enum(["critical", "high", "medium", "low"]),
  subject: Type.Object({
    device: Type.String(),
    room: Type.String(),
    resident: Type.Optional(Type.String()),
  }),
  at: Type.Number(),
  onset: Type.Number(),
  drill: Type.Boolean(),
  evidence: Type.Array(PointSchema, { maxItems: 64 }),
  reason: Type.Optional(Type.String({ pattern: "^[a-z][a-z_]{0,63}$" })),
  clock: Clock,
});

const ack = Compile(AckSchema);
const status = Compile(StatusSchema);
const command = Compile(CommandSchema);
const alert = Compile(AlertSchema);

/** Parses an ack. Fails with `bad_json` or `bad_shape`. */
export function parseAck(bytes: Uint8Array): Result<Ack> {
  return parseMessage(bytes, ack);
}

/** Parses a gateway's status. Fails with `bad_json` or `bad_shape`. */
export function parseStatus(bytes: Uint8Array): Result<Status> {
  return parseMessage(bytes, status);
}

/** Parses a command. Fails with `bad_json` or `bad_shape`. */
export function parseCommand(bytes: Uint8Array): Result<Command> {
  return parseMessage(bytes, command);
}

/** Parses an alert message. Fails with `bad_json` or `bad_shape`. */
export function parseAlert(bytes: Uint8Array): Result<AlertMessage> {
  return parseMessage<AlertMessage>(bytes, alert);
}

interface Shape {
  Check(value: unknown): boolean;
  Errors(value: unknown): { instancePath: string; message: string }[];
}

function parseMessage<T>(bytes: Uint8Array, shape: Shape): Result<T> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (thrown) {
    return refuse("bad_json", thrown instanceof Error ? thrown.message : String(thrown));
  }
  if (shape.Check(value)) return ok(value as T);
  const first = shape.Errors(value)[0];
  return refuse(
    "bad_shape",
    `${first?.instancePath || "/"} ${first?.message ?? "is not as it should be"}`,
  );
}
