/** What the centre asks and orders: GB/T 26875.3-2011, 8.3, figures 32-46 (types 61-91). */
import type { SystemId } from "./adu.ts";
import {
  componentConfigurationObject,
  encodeAdu,
  systemConfigurationObject,
  systemOperationObject,
  systemTimeObject,
  systemVersionObject,
  TYPE,
  uitdConfigurationObject,
  uitdOperationObject,
} from "./adu.ts";
import type { Panel, Part } from "./panel.ts";
import { componentKey, systemKey } from "./panel.ts";
import { chunks } from "./rounds.ts";
import type { OperationRecord, Speech, Spoken } from "./speech.ts";
import { labelTime } from "./time-label.ts";

/** Orders that come with command 1. */
export type Order =
  | { readonly order: "initialise" }
  | { readonly order: "set_clock"; readonly utcMs: number }
  | { readonly order: "duty_check"; readonly minutes: number };

const VERSION = { major: 1, minor: 0 } as const;
const CONFIGURATION = "Anhu simulated transmission device";

/** An order, or null for one that must be denied: unknown, of a wrong length, or with an impossible time. */
export function parseOrder(adu: Uint8Array): Order | null {
  const [type, count, first = 0] = adu;
  const body = adu.subarray(2);
  if (count !== 1) return null;
  if (type === 89 && body.length === 1) return { order: "initialise" };
  if (type === 91 && body.length === 1) return { order: "duty_check", minutes: first };
  if (type !== 90) return null;
  const utcMs = labelTime(body);
  return utcMs === null ? null : { order: "set_clock", utcMs };
}

export interface Asked {
  readonly panel: Panel;
  readonly speech: Speech;
}

/** The answer to a request (command 4), or null when it must be denied: unknown type, wrong length, or about nothing that the panel has. */
export function answerRequest(adu: Uint8Array, asked: Asked): Spoken | null {
  const [type = 0, count = 0] = adu;
  const size = OBJECT_BYTES[type];
  if (size === undefined || count === 0 || adu.length !== 2 + count * size) return null;
  const objects = Array.from({ length: count }, (_, at) =>
    Buffer.from(adu.subarray(2 + at * size, 2 + (at + 1) * size)),
  );
  return type < 81 ? aboutSystems(type, objects, asked) : aboutUitd(type, objects, asked);
}

/** Requests whose answers say who the device is and what its parts are called: told unasked after power-on. Parts `perPacket` to one. */
export function introductions(panel: Panel, perPacket: number): Uint8Array[] {
  const aboutSystem = [...panel.systems.values()].flatMap(({ system, systemAddress }) =>
    [61, 65, 66, 68].map((type) => Uint8Array.of(type, 1, system, systemAddress)),
  );
  const aboutParts = chunks([...panel.parts.values()], perPacket).map((parts) =>
    encodeAdu(67, parts.map(partAddress)),
  );
  const aboutItself = [81, 85, 86, 88].map((type) => Uint8Array.of(type, 1, 0));
  return [...aboutItself, ...aboutSystem, ...aboutParts];
}

/** Bytes of one object of a request (table 3 and figures 32-44). */
const OBJECT_BYTES: Readonly<Record<number, number>> = {
  61: 2,
  62: 6,
  63: 6,
  64: 9,
  65: 2,
  66: 2,
  67: 6,
  68: 2,
  81: 1,
  84: 7,
  85: 1,
  86: 1,
  88: 1,
};

function aboutSystems(type: number, objects: readonly Buffer[], asked: Asked): Spoken | null {
  const { panel, speech } = asked;
  const systems = objects.flatMap((object) => systemOf(object, panel));
  const [system] = systems;
  const parts = objects.flatMap((object) => partOf(object, panel));
  const analogs = parts.filter((part) => part.analog !== null);
  if (type === 62) return parts.length === 0 ? null : speech.componentStates(parts);
  if (type === 63) return analogs.length === 0 ? null : speech.analogs(analogs);
  if (type === 67) {
    const texts = parts.map((part) => componentConfigurationObject(part.id, part.text));
    return texts.length === 0 ? null : plain(TYPE.componentConfiguration, texts);
  }
  if (system === undefined) return null;
  if (type === 61) return speech.systemStates(systems);
  if (type === 64) {
    const wanted = records(objects, 2, asked).filter(
      (record) => record.system !== null && systemKey(record.system) === systemKey(system),
    );
    const told = wanted.map((one) => systemOperationObject(system, one, speech.label(one.at)));
    return plain(TYPE.systemOperation, told);
  }
  if (type === 65) {
    const { major, minor } = VERSION;
    return plain(TYPE.systemVersion, [systemVersionObject(system, major, minor)]);
  }
  if (type === 68) return plain(TYPE.systemTime, [systemTimeObject(system, speech.label())]);
  return plain(
    TYPE.systemConfiguration,
    systems.map((one) => systemConfigurationObject(one, CONFIGURATION)),
  );
}

function aboutUitd(type: number, objects: readonly Buffer[], asked: Asked): Spoken {
  const { speech } = asked;
  if (type === 81) return speech.uitdState();
  if (type === 85) return plain(TYPE.uitdVersion, [Uint8Array.of(VERSION.major, VERSION.minor)]);
  if (type === 86) return plain(TYPE.uitdConfiguration, [uitdConfigurationObject(CONFIGURATION)]);
  if (type === 88) return plain(TYPE.uitdTime, [speech.label()]);
  const wanted = records(objects, 0, asked).filter((record) => record.system === null);
  const told = wanted.map((record) => uitdOperationObject(record, speech.label(record.at)));
  return plain(TYPE.uitdOperation, told);
}

function plain(type: number, objects: readonly Uint8Array[]): Spoken {
  return { adu: encodeAdu(type, objects), facts: [], about: [] };
}

/** Number wanted and start time stand at `at` of the first object. */
function records(objects: readonly Buffer[], at: number, asked: Asked): OperationRecord[] {
  const object = objects[0];
  if (object === undefined) return [];
  const from = labelTime(object.subarray(at + 1, at + 7)) ?? 0;
  const since = asked.speech.records.filter((record) => record.at >= from);
  return since.slice(0, object.readUInt8(at));
}

function systemOf(object: Buffer, panel: Panel): SystemId[] {
  const [system = 0, systemAddress = 0] = object;
  const known = panel.systems.get(systemKey({ system, systemAddress }));
  return known === undefined ? [] : [known];
}

function partAddress({ id }: Part): Uint8Array {
  const bytes = Buffer.of(id.system, id.systemAddress, 0, 0, 0, 0);
  bytes.writeUInt32LE(id.address, 2);
  return bytes;
}

function partOf(object: Buffer, panel: Panel): Part[] {
  if (object.length !== 6) return [];
  const [system = 0, systemAddress = 0] = object;
  const address = object.readUInt32LE(2);
  const part = panel.parts.get(componentKey({ system, systemAddress, address }));
  return part === undefined ? [] : [part];
}
