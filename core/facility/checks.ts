import { POLICY_SETS } from "../policies/index.ts";
import { isId } from "../wire/index.ts";
import type { Found, Loose } from "./loose.ts";
import { each, found, inside, own, text } from "./loose.ts";

/** What a schema cannot see: that names are unique, lead somewhere, and that times and addresses fit together. */
export function checkFacility(root: Loose): readonly Found[] {
  const gateways = each(root, "gateways");
  const lines = gateways.flatMap((gateway) => each(gateway, "lines"));
  const sources = gateways.flatMap((gateway) => each(inside(gateway, "mqtt"), "sources"));
  const devices = each(root, "devices");
  return [
    ...timezone(inside(root, "facility")),
    ...["places", "residents", "staff", "gateways"].flatMap((list) =>
      unique(each(root, list), ["id"]),
    ),
    ...unique([...lines, ...sources, ...devices], ["id", "driver"]),
    ...references(root, { lines, sources, devices }),
    ...placeCycles(each(root, "places")),
    ...lines.flatMap((line) => exactlyOne(line, ["path", "tcp", "listen"])),
    ...devices.flatMap((device) => exactlyOne(device, ["line", "source"])),
    ...addresses(devices),
    ...each(root, "staff").flatMap((person) => each(person, "channels").flatMap(channel)),
    ...gateways.flatMap((gateway) => [...samePath(gateway), ...sirenTopic(gateway)]),
    ...each(root, "residents").flatMap(limits),
    ...policies(root),
  ];
}

interface Wired {
  readonly lines: readonly Loose[];
  readonly sources: readonly Loose[];
  readonly devices: readonly Loose[];
}

function references(root: Loose, { lines, sources, devices }: Wired): readonly Found[] {
  const places = names(each(root, "places"));
  const residents = names(each(root, "residents"));
  const staff = names(each(root, "staff"));
  return [
    ...dangling(each(root, "places"), "in", places),
    ...dangling(each(root, "residents"), "room", places),
    ...dangling(each(root, "staff"), "floor", places),
    ...each(root, "staff").flatMap((person) => strangers(person, "rooms", places)),
    ...dangling([...lines, ...devices], "room", places),
    ...dangling(devices, "resident", residents),
    ...dangling(devices, "line", names(lines)),
    ...dangling(devices, "source", names(sources)),
    // Who sits in the duty room may have no channel and stand in no staff list: the screen is before them.
    ...each(root, "rota").flatMap((shift) => strangers(shift, "people", staff)),
  ];
}

/** By id; a source without one is known by its driver. */
function nameOf(item: Loose): string | undefined {
  return text(item, "id") ?? text(item, "driver");
}

function names(items: readonly Loose[]): ReadonlySet<string> {
  return new Set(items.flatMap((item) => nameOf(item) ?? []));
}

function dangling(
  items: readonly Loose[],
  key: string,
  known: ReadonlySet<string>,
): readonly Found[] {
  return items.flatMap((item) => {
    const name = text(item, key);
    if (name === undefined || !isId(name) || known.has(name)) return [];
    return [found(item, key, ["unknown_reference", `there is no ${name} in this file`])];
  });
}

/** Names in the list at `key` that lead nowhere. */
function strangers(item: Loose, key: string, known: ReadonlySet<string>): readonly Found[] {
  const list = own(item, key);
  if (!Array.isArray(list)) return [];
  return list.flatMap((name: unknown, i) =>
    typeof name !== "string" || !isId(name) || known.has(name)
      ? []
      : [
          {
            path: [...item.path, key, i],
            reason: "unknown_reference",
            detail: `there is no ${name} in this file`,
          },
        ],
  );
}

const CHANNELS = ["webhook", "email"];

function channel(item: Loose): readonly Found[] {
  const foreign = Object.keys(item.value).filter((key) => !CHANNELS.includes(key));
  if (foreign.length === 0) return exactlyOne(item, CHANNELS);
  const detail = `known are: ${CHANNELS.join(", ")}; the console needs no entry`;
  return foreign.map((key) => ({
    path: [...item.path, key],
    reason: "unknown_channel",
    detail,
    allowed: CHANNELS,
  }));
}

/** Lines, sources and devices share one space of ids: a line is also the device at its end. */
function unique(items: readonly Loose[], keys: readonly string[]): readonly Found[] {
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const key = keys.find((name) => text(item, name) !== undefined);
    const id = key === undefined ? undefined : text(item, key);
    if (key === undefined || id === undefined) return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const hint = key === "driver" ? "; give this source an id" : "";
    return [found(item, key, ["duplicate_id", `${id} is taken${hint}`])];
  });
}

function exactlyOne(item: Loose, keys: readonly string[]): readonly Found[] {
  const present = keys.filter((key) => own(item, key) !== undefined);
  const [, extra] = present;
  if (extra !== undefined) {
    const one = found(item, extra, ["unknown_key", `only one of ${keys.join(", ")}`]);
    return [{ ...one, allowed: keys }];
  }
  if (present.length === 1) return [];
  return [
    {
      path: item.path,
      reason: "missing_key",
      detail: `one of ${keys.join(", ")} is missing`,
      allowed: keys,
    },
  ];
}

function addresses(devices: readonly Loose[]): readonly Found[] {
  const seen = new Set<string>();
  return devices.flatMap((device) => {
    const wire = text(device, "line") ?? text(device, "source");
    const address = text(device, "address");
    if (wire === undefined || address === undefined) return [];
    if (own(device, "source") !== undefined && /[+#]/.test(address)) {
      return [found(device, "address", ["bad_topic", "an address in topics has no wildcard"])];
    }
    const key = `${wire} ${address}`;
    if (seen.has(key)) {
      return [found(device, "address", ["duplicate_address", `${address} is taken on ${wire}`])];
    }
    seen.add(key);
    return [];
  });
}

/** Two lines cannot read one port, nor two sources one base topic or one within the other's. */
function samePath(gateway: Loose): readonly Found[] {
  const sources = each(inside(gateway, "mqtt"), "sources");
  const bases = sources.flatMap((source) => text(source, "base") ?? []);
  const inner = sources.flatMap((source) => {
    const around = bases.find((base) => text(source, "base")?.startsWith(`${base}/`));
    if (around === undefined) return [];
    return [found(source, "base", ["duplicate_address", `it lies within ${around}`])];
  });
  const same = [
    ...unique(each(gateway, "lines"), ["path", "tcp", "listen"]),
    ...unique(sources, ["base"]),
  ];
  return [...same.map((mistake) => ({ ...mistake, reason: "duplicate_address" })), ...inner];
}

function sirenTopic(gateway: Loose): readonly Found[] {
  const topic = text(inside(gateway, "siren"), "topic");
  if (topic === undefined) return [];
  const bases = each(inside(gateway, "mqtt"), "sources").flatMap((s) => text(s, "base") ?? []);
  if (bases.some((base) => topic.startsWith(`${base}/`))) return [];
  return [
    found(inside(gateway, "siren"), "topic", [
      "unknown_reference",
      `no source of this gateway has the base of ${topic}`,
    ]),
  ];
}

function placeCycles(places: readonly Loose[]): readonly Found[] {
  const parents = new Map(places.map((place) => [text(place, "id"), text(place, "in")]));
  const looked = new Set<string>();
  const cyclic = new Set<string>();
  for (const start of parents.keys()) {
    const way = new Set<string>();
    let id = start;
    for (; id !== undefined && !looked.has(id); id = parents.get(id)) {
      looked.add(id);
      way.add(id);
    }
    if (id === undefined || !way.has(id)) continue;
    for (; id !== undefined && !cyclic.has(id); id = parents.get(id)) cyclic.add(id);
  }
  return places
    .filter((place) => cyclic.has(text(place, "id") ?? ""))
    .map((place) =>
      found(place, "in", ["place_cycle", `${text(place, "id")} stands inside itself`]),
    );
}

function limits(resident: Loose): readonly Found[] {
  const at = inside(resident, "limits");
  return Object.entries(at.value).flatMap(([field, range]: [string, unknown]) => {
    const [low, high]: unknown[] = Array.isArray(range) ? range : [];
    if (typeof low !== "number" || typeof high !== "number" || low < high) return [];
    return [found(at, field, ["bad_value", "the lowest value stands first"])];
  });
}

function policies(root: Loose): readonly Found[] {
  const name = text(root, "policies");
  const known = POLICY_SETS.map(({ id }) => id);
  if (name === undefined || known.includes(name)) return [];
  const unknown = found(root, "policies", ["unknown_policies", `known are: ${known.join(", ")}`]);
  return [{ ...unknown, allowed: known }];
}

function timezone(facility: Loose): readonly Found[] {
  const zone = text(facility, "timezone");
  if (zone === undefined || isTimezone(zone)) return [];
  return [found(facility, "timezone", ["bad_timezone", "a name such as Asia/Shanghai"])];
}

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone }).format(0);
    return true;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}
