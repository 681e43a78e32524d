import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { isKind, KINDS } from "../points/index.ts";
import { LINE_DRIVERS, SOURCE_DRIVERS } from "./drivers.ts";
import { STAFF_ROLES } from "./roles.ts";

/** What the schema says about a value that does not fit, in place of the validator's words. */
export interface Complaint {
  readonly reason: string;
  readonly detail: string;
  /** The words or the form that fit. */
  readonly allowed?: readonly string[];
}

const LINES = [...LINE_DRIVERS.keys()];
const SOURCES = [...SOURCE_DRIVERS.keys()];
const KIND_NAMES = Object.keys(KINDS).filter(isKind);

const exact = { additionalProperties: false } as const;

const Id = Type.String({
  pattern: "^[a-z0-9-]{1,32}$",
  ...complaint("bad_id", "an id is 1 to 32 of a-z, 0-9 and -, and never changes"),
});
const Text = Type.String({ minLength: 1, maxLength: 200 });
const Count = Type.Integer({ minimum: 0, maximum: 100_000 });
const Seconds = Type.Integer({ minimum: 1, maximum: 2_592_000 });
const TimeOfDay = Type.String({
  pattern: "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
  ...complaint("bad_time", 'a time of day is written "HH:MM", in quotes'),
});
const Endpoint = Type.String({
  pattern:
    "^[^\\s:]+:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$",
  ...complaint("bad_value", "a host, a colon and a port", ["192.0.2.7:5000"]),
});
const BaseTopic = Type.String({
  pattern: "^[^$/+#\\s][^+#\\s]*$",
  maxLength: 200,
  ...complaint("bad_topic", "a base topic has no wildcard, no blank, and no $ or / in front"),
});
const Name = Type.Object({ zh: Text, en: Text }, exact);
const Limit = Type.Optional(Type.Tuple([Type.Number(), Type.Number()]));

const Place = Type.Object({ id: Id, kind: Id, in: Type.Optional(Id), name: Name }, exact);

const Resident = Type.Object(
  {
    id: Id,
    room: Id,
    mobility: Type.Optional(Text),
    two_people: Type.Optional(Type.Boolean()),
    limits: Type.Optional(
      Type.Object(
        {
          heart_rate_bpm: Limit,
          spo2_pct: Limit,
          skin_temperature_c: Limit,
          respiration_rpm: Limit,
        },
        exact,
      ),
    ),
  },
  exact,
);

/** Other keys, none, and both at once are found by checks.ts, which can say what there is. */
const Channel = Type.Object({
  webhook: Type.Optional(
    Type.String({
      pattern: "^https?://[^\\s/@]+(/[^\\s#]*)?$",
      maxLength: 500,
      ...complaint("bad_value", "a webhook is an http:// or https:// address without a password", [
        "http://…",
        "https://…",
      ]),
    }),
  ),
  email: Type.Optional(
    Type.String({
      pattern: '^[^\\s@<>,;:"]+@[^\\s@<>,;:"]+$',
      maxLength: 254,
      ...complaint("bad_value", "one e-mail address, name@host, without a display name", [
        "name@host",
      ]),
    }),
  ),
});

const Staff = Type.Object(
  {
    id: Id,
    role: Type.Enum([...STAFF_ROLES], oneOf(STAFF_ROLES, "unknown_role")),
    floor: Type.Optional(Id),
    rooms: Type.Optional(Type.Array(Id)),
    channels: Type.Array(Channel),
  },
  exact,
);

const Shift = Type.Object(
  {
    shift: Text,
    from: TimeOfDay,
    to: TimeOfDay,
    people: Type.Array(Id),
    duty_room: Type.Optional(Type.Array(Id)),
  },
  exact,
);

const Line = Type.Object(
  {
    id: Id,
    driver: Type.Enum(LINES, oneOf(LINES, "unknown_driver")),
    path: Type.Optional(Text),
    baud: Type.Optional(Type.Integer({ minimum: 300, maximum: 4_000_000 })),
    tcp: Type.Optional(Endpoint),
    listen: Type.Optional(Endpoint),
    room: Type.Optional(Id),
    supervise_s: Type.Optional(Seconds),
  },
  exact,
);

const Source = Type.Object(
  {
    id: Type.Optional(Id),
    driver: Type.Enum(SOURCES, oneOf(SOURCES, "unknown_driver")),
    base: BaseTopic,
  },
  exact,
);

const Gateway = Type.Object(
  {
    id: Id,
    lines: Type.Array(Line),
    mqtt: Type.Optional(
      Type.Object(
        {
          port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
          sources: Type.Array(Source),
        },
        exact,
      ),
    ),
    siren: Type.Optional(Type.Object({ topic: BaseTopic }, exact)),
  },
  exact,
);

const Device = Type.Object(
  {
    id: Id,
    kind: Type.Enum(KIND_NAMES, oneOf(KIND_NAMES, "unknown_kind")),
    room: Type.Optional(Id),
    resident: Type.Optional(Id),
    line: Type.Optional(Id),
    source: Type.Optional(Id),
    address: Text,
    supervise_s: Type.Optional(Seconds),
  },
  exact,
);

const FacilitySchema = Type.Object(
  {
    facility: Type.Object(
      {
        id: Id,
        name: Name,
        kind: Id,
        region: Type.String({
          pattern: "^[0-9]{6}$",
          ...complaint("bad_value", "an administrative code of six digits, in quotes", [
            '"350304"',
          ]),
        }),
        street: Type.Optional(
          Type.String({
            pattern: "^[0-9]{9}$",
            ...complaint("bad_value", "an administrative code of nine digits, in quotes", [
              '"350304001"',
            ]),
          }),
        ),
        timezone: Text,
        beds: Count,
        nursing_beds: Count,
      },
      exact,
    ),
    places: Type.Array(Place),
    residents: Type.Array(Resident),
    staff: Type.Array(Staff),
    rota: Type.Array(Shift),
    gateways: Type.Array(Gateway),
    devices: Type.Array(Device),
    policies: Text,
  },
  exact,
);

export const FACILITY_SHAPE = Compile(FacilitySchema);

/** The complaint that the schema carries at a validator's `schemaPath`, if any. */
export function complaintAt(schemaPath: string): Complaint | undefined {
  let node: unknown = FacilitySchema;
  for (const segment of schemaPath.split("/").slice(1)) {
    if (typeof node !== "object" || node === null) return undefined;
    node = Object.entries(node).find(([key]) => key === segment)?.[1];
  }
  if (typeof node !== "object" || node === null || !("complaint" in node)) return undefined;
  return (node as { complaint: Complaint }).complaint;
}

function complaint(
  reason: string,
  detail: string,
  allowed?: readonly string[],
): { readonly complaint: Complaint } {
  return { complaint: { reason, detail, ...(allowed === undefined ? {} : { allowed }) } };
}

function oneOf(words: readonly string[], reason: string): { readonly complaint: Complaint } {
  return complaint(reason, `known are: ${words.join(", ")}`, words);
}
