/**
 * The shapes of `/api/v1`, as the console and others see them. Times: UTC ms. Lists are `{items, cursor|next}`; errors RFC 9457 problems.
 * Every route needs a session (cookie) or the API token (bearer) but `session`, `session/join`, `session/link` and `answers/{token}`.
 */
import type { Device, Name, Place, Shift } from "@anhu/core/facility";
import type { SignalClass } from "@anhu/core/points";
import type { DeliveryState, IncidentState, Severity } from "@anhu/core/states";
import type { Role, Scope } from "../access/model.ts";
import type { Purpose } from "../channels/model.ts";
import type { CallAnswer } from "../escalation/model.ts";
import type { IncidentView } from "../incidents/view.ts";

export type { IncidentView } from "../incidents/view.ts";
export type {
  CallAnswer,
  DeliveryState,
  IncidentState,
  Name,
  Purpose,
  Role,
  Scope,
  Severity,
  SignalClass,
};

/**
 * `GET session` (401 `not_signed_in`), and the answer to `POST session {login, password}`, `POST session/join {token, login?, name?, password,
 * language?}` (an administrator's link needs `login`; who is invited has one) and `PATCH session {language}`. `DELETE session` ends it,
 * `POST session/password {current, password}` sets another password (204).
 */
export interface Session {
  readonly user: UserView;
  /** The simulated demo facility: the console shows its banner. */
  readonly demo: boolean;
  readonly expires_at: number;
}

/**
 * `POST session/link {token}`: what a one-time link is for, to be asked before a form is filled in; it is not used up. 404 `unknown_link`, 410
 * `link_over`.
 */
export interface LinkView {
  readonly purpose: "administrator" | "invitation";
  /** The invited user's; null with an administrator's link. */
  readonly login: string | null;
  readonly name: string | null;
  readonly expires_at: number;
}

/** `GET users`, `POST users` (answers `{user, link}`), `PATCH users/{id}`, `POST users/{id}/link` (`{link}`: a fresh one-time link, fragment with the token). Managers: carers of their own facility. */
export interface UserView {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  readonly person: string | null;
  readonly language: "zh" | "en";
  readonly disabled: boolean;
  /** false: invited, has not set a password yet. */
  readonly joined: boolean;
}

/** `GET incidents?state=&kind=&severity=&room=&facility=&region=&from=&to=&cursor=&limit=&live=true` (live: not resolved, not closed). */
export interface IncidentPage {
  readonly items: readonly IncidentView[];
  readonly cursor: string | null;
}

/** `GET incidents/{id}`. */
export interface IncidentDetail extends IncidentView {
  readonly timeline: readonly TimelineEntry[];
  readonly deliveries: readonly DeliveryView[];
  /** What the signed-in person may do now. */
  readonly actions: readonly IncidentAction[];
  /** The signed-in person's own call, if any. */
  readonly own_call: PersonCalled | null;
  /** Of the accounts that the timeline names (`user:<id>`) those that are linked to a staff id of the facility. */
  readonly accounts: Readonly<Record<string, string>>;
}

/**
 * `POST incidents/{id}/{action}`: acknowledge {}, cannot-come {}, arrive {code?}, resolve {} (resets at the scene), close {cause, note?},
 * silence {}, note {text}. Answers the IncidentDetail. 409 `wrong_state`, 422 `wrong_room_code`, 409 `still_active`.
 */
export type IncidentAction =
  | "acknowledge"
  | "cannot-come"
  | "arrive"
  | "resolve"
  | "close"
  | "silence"
  | "note";

/** What an incident turned out to be. */
export type Cause =
  | "real"
  | "false_alarm"
  | "test"
  | "cooking_or_steam"
  | "smoking"
  | "device_fault"
  | "accidental"
  | "other";

/** A ledger entry as it was written. */
export interface TimelineEntry {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One person in one incident: the latest round's call. */
export interface PersonCalled {
  readonly person: string;
  readonly role: string;
  readonly tier: string;
  readonly purpose: "call" | "prompt";
  readonly round: number;
  readonly called_at: number;
  readonly sent_at: number | null;
  readonly delivered_at: number | null;
  readonly answer: CallAnswer | null;
  readonly answered_at: number | null;
  readonly arrived_at: number | null;
  /** When the person first said that he comes, over all rounds; null: never, or took it back. */
  readonly promised_at: number | null;
  /** Said so in an earlier round, did not arrive, and was called again. */
  readonly missed: boolean;
}

/** `GET incidents/{id}/residents?reason=`: who lives where the incident is. While it is live no reason is needed; else a reason, and each look is in the ledger (`name_shown`). */
export interface ResidentsShown {
  readonly items: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly room: string;
    readonly mobility: string | null;
    readonly two_people: boolean;
  }[];
}

/** `GET facilities`. */
export interface FacilityView {
  readonly id: string;
  readonly name: Name;
  readonly kind: string;
  readonly region: string;
  readonly street: string | null;
  readonly timezone: string;
  readonly beds: number;
  readonly nursing_beds: number;
  readonly gateways: readonly GatewayView[];
  readonly live_incidents: number;
}

export interface GatewayView {
  readonly id: string;
  readonly silent: boolean;
  readonly heard_at: number | null;
  readonly status: Readonly<Record<string, unknown>> | null;
}

/** `GET facilities/{id}/rooms`. */
export interface RoomView extends Place {
  /** Pseudonyms. */
  readonly residents: readonly string[];
  /** The wall's code; only for administrators and managers (to print the plates). */
  readonly code?: string;
}

/** `GET facilities/{id}/devices`: `{items, readings: "ok" | "unavailable"}`, the latter when last values cannot be read now. `POST facilities/{id}/devices/{device}/test-mode {minutes, reason}`, `DELETE` ends it. */
export interface DeviceView extends Device {
  /** Latest reading per kind, the newest first. */
  readonly last: readonly {
    readonly kind: string;
    readonly at: number;
    readonly fields: Readonly<Record<string, number | boolean | string>>;
  }[];
  readonly last_seen: number | null;
  readonly battery_pct: number | null;
  readonly battery_low: boolean | null;
  /** dBm, or the coordinator's link quality 0-255. */
  readonly rssi_dbm: number | null;
  readonly link_quality: number | null;
  readonly silent: boolean;
  readonly test_mode_until: number | null;
}

/** `GET facilities/{id}/people`: staff, who is on duty now. `POST facilities/{id}/people/{person}/test-call` answers the DeliveryView list. */
export interface StaffView {
  readonly id: string;
  /** Only for who may see staff names: signed-in people of the facility. */
  readonly name: string | null;
  readonly role: string;
  readonly floor: string | null;
  readonly channels: readonly string[];
  readonly on_duty: boolean;
  readonly in_duty_room: boolean;
  /** Has an account that is linked to the staff id. */
  readonly has_account: boolean;
  readonly last_test_call: DeliveryView | null;
}

/** `GET facilities/{id}/rota`. */
export interface RotaView {
  readonly timezone: string;
  readonly shifts: readonly Shift[];
  readonly now: {
    readonly shift: string;
    readonly ends_at: number;
    readonly people: readonly string[];
    readonly duty_room: readonly string[];
  } | null;
  readonly next: { readonly shift: string; readonly begins_at: number } | null;
  readonly duty_checks: readonly {
    readonly shift: string;
    readonly asked_at: number;
    readonly answered_at: number | null;
    readonly person: string | null;
    readonly state: "asked" | "answered" | "missed";
  }[];
}

/** `GET deliveries?incident=&facility=&cursor=&limit=`, `POST deliveries/{id}/shown` (a receipt of the console). */
export interface DeliveryView {
  readonly id: string;
  readonly facility: string;
  readonly incident: string | null;
  readonly person: string;
  readonly role: string;
  readonly channel: string;
  readonly purpose: Purpose;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly attempts: number;
  readonly created_at: number;
  readonly sent_at: number | null;
  readonly delivered_at: number | null;
}

/** `GET ledger/{facility}?from=&limit=`. `entry` is the canonical text whose bytes the leaf was made of. */
export interface LedgerPage {
  readonly items: readonly {
    readonly seq: number;
    readonly entry: string;
    readonly leaf: string;
  }[];
  readonly next: number | null;
  readonly size: number;
}

/**
 * `GET stream` (server-sent events, resumable by Last-Event-ID): `hello`, `reset`, `incident` (IncidentView), and for a person who is
 * called `notice` (ConsoleNotice), which the page must answer with `POST deliveries/{id}/shown`. Only of the signed-in person's scope.
 */
export interface ConsoleNotice {
  readonly delivery: string;
  readonly purpose: Purpose;
  readonly incident: string | null;
  readonly severity: Severity;
  readonly drill: boolean;
  readonly title: Name;
  readonly text: Name;
  /** `POST answers/{token} {answer, code?}`; null: nothing to answer. */
  readonly answer: { readonly token: string; readonly answers: readonly string[] } | null;
}

/** RFC 9457, with our code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
}
