/** Which pages a role has, and where it begins. Rights are kept by the server; this is what is offered. */
import type { Role, Scope } from "@anhu/response/api";

/** `:f` stands for the facility that is looked at. */
export const PAGES = {
  alarms: "/alarms",
  overview: "/f/:f/overview",
  devices: "/f/:f/devices",
  people: "/f/:f/people",
  history: "/history",
  deliveries: "/f/:f/deliveries",
  facilities: "/facilities",
  users: "/users",
  plates: "/f/:f/plates",
  ledger: "/ledger",
  me: "/me",
} as const;

export type PageName = keyof typeof PAGES;

const OF_A_FACILITY: readonly PageName[] = [
  "overview",
  "devices",
  "people",
  "history",
  "deliveries",
  "users",
  "plates",
  "ledger",
  "me",
];
const OFFERED: Readonly<Record<Role, readonly PageName[]>> = {
  carer: ["alarms", "history", "people", "me"],
  manager: ["alarms", ...OF_A_FACILITY],
  inspector: ["facilities", "history", "ledger", "me"],
  "rescue-centre": ["alarms", "facilities", "history", "me"],
  administrator: ["alarms", "facilities", ...OF_A_FACILITY],
};

/** A phone has room for four under the thumb; the rest is in its menu. */
export const TABS = 4;

export function pagesFor(role: Role): readonly PageName[] {
  return OFFERED[role];
}

export function mayOpen(role: Role, page: PageName): boolean {
  return OFFERED[role].includes(page) || (role === "inspector" && page === "overview");
}

/** Where one lands after signing in. */
export function homeOf(role: Role): PageName {
  return role === "inspector" ? "facilities" : "alarms";
}

/** The path of a page; of a page of one facility, that one's. */
export function pathOf(page: PageName, facility: string | null): string {
  return PAGES[page].replace(":f", facility ?? "-");
}

/** Whether one is on a page, or on one under it. */
export function isUnder(pathname: string, page: string): boolean {
  return pathname === page || pathname.startsWith(`${page}/`);
}

/** The facility that pages of one facility show: the scope's own, else the last one looked at, else the first. */
export function facilityOf(
  scope: Scope,
  known: { readonly last: string | null; readonly all: readonly string[] },
): string | null {
  if (scope.kind === "facility") return scope.of;
  if (known.last !== null && known.all.includes(known.last)) return known.last;
  return known.all[0] ?? null;
}

/** Whether alarms are heard and lie over the page: an inspector reads. */
export function hearsAlarms(role: Role): boolean {
  return role !== "inspector";
}

/** Whether a role sees the names of staff and who is on duty. */
export function seesPeople(role: Role): boolean {
  return role === "administrator" || role === "manager" || role === "carer";
}

/** Whether a role may change devices, rota checks and accounts. */
export function manages(role: Role): boolean {
  return role === "administrator" || role === "manager";
}
