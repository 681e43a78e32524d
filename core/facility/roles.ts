/** Who is called, as policies name them. */
export const STAFF_ROLES = [
  "carer",
  "nurse",
  "duty-officer",
  "head",
  "fire-lead",
  "doctor",
  "maintenance",
  "rescue-centre",
] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];
