import type { Kind } from "../points/index.ts";
import type { StaffRole } from "./roles.ts";

/** A name in both languages: every page shows one of them, never both. */
export interface Name {
  readonly zh: string;
  readonly en: string;
}

export interface Place {
  readonly id: string;
  readonly kind: string;
  readonly in?: string;
  readonly name: Name;
}

export interface Resident {
  readonly id: string;
  readonly room: string;
  readonly mobility?: string;
  readonly two_people?: boolean;
  /** Per field: the lowest and highest value that is right for this person. */
  readonly limits?: Readonly<Record<string, readonly [number, number]>>;
}

/** A person who is called, by pseudonym. Head, fire lead and rescue centre can always be reached; others while a shift names them. */
export interface StaffMember {
  readonly id: string;
  readonly role: StaffRole;
  readonly floor?: string;
  /** Places that are this person's own: nearer than the floor. */
  readonly rooms?: readonly string[];
  readonly channels: readonly StaffChannel[];
}

/** A way to reach a person: exactly one of these. The console needs no entry: who has an account is told there. */
export interface StaffChannel {
  /** Where calls are posted (Standard Webhooks). */
  readonly webhook?: string;
  readonly email?: string;
}

export interface Shift {
  readonly shift: string;
  readonly from: string;
  readonly to: string;
  /** Staff ids, on call during the shift. */
  readonly people: readonly string[];
  /** Who sits in the duty room: may have no entry in the staff, the screen is before them. */
  readonly duty_room?: readonly string[];
}

/** A serial line (`path`) or a TCP line (`tcp: host:port`, or `listen: host:port`) with one driver. `id` is also the id of the device at its end. */
export interface Line {
  readonly id: string;
  readonly driver: string;
  readonly path?: string;
  readonly baud?: number;
  readonly tcp?: string;
  readonly listen?: string;
  readonly room?: string;
  readonly supervise_s?: number;
}

/** Devices behind one MQTT base topic. */
export interface Source {
  /** Needed only when the facility has the driver twice: devices name it in `source`, else the driver. */
  readonly id?: string;
  readonly driver: string;
  readonly base: string;
}

export interface Gateway {
  readonly id: string;
  readonly lines: readonly Line[];
  readonly mqtt?: { readonly port?: number; readonly sources: readonly Source[] };
  readonly siren?: { readonly topic: string };
}

export interface Device {
  readonly id: string;
  readonly kind: Kind;
  readonly room?: string;
  readonly resident?: string;
  readonly line?: string;
  readonly source?: string;
  /** The address on the wire, as the driver writes it into `Point.device`. */
  readonly address: string;
  /** Silent for longer than this is a trouble signal. */
  readonly supervise_s?: number;
}

/** One facility file (CONTRACTS.md): what stands where, who lives there, who comes. */
export interface Facility {
  readonly facility: {
    readonly id: string;
    readonly name: Name;
    readonly kind: string;
    readonly region: string;
    readonly street?: string;
    readonly timezone: string;
    readonly beds: number;
    readonly nursing_beds: number;
  };
  readonly places: readonly Place[];
  readonly residents: readonly Resident[];
  readonly staff: readonly StaffMember[];
  readonly rota: readonly Shift[];
  readonly gateways: readonly Gateway[];
  readonly devices: readonly Device[];
  readonly policies: string;
}

/** A mistake in a facility file, with the line (1-based) it stands on. */
export interface Mistake {
  readonly line: number;
  /** 1-based, where the file cannot even be read as YAML. */
  readonly column?: number;
  readonly path: string;
  readonly reason: string;
  /** In English. */
  readonly detail: string;
  /** What stands there, cut short: a text, a number, true, false or null. */
  readonly value?: string;
  /** What may stand there: words, forms or limits; the keys that are missing, or of which one may stand. */
  readonly allowed?: readonly string[];
}
