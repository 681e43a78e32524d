/** Whom of the staff an account can be of, in the order in which they are offered. Pure. */
import type { Role, StaffView } from "@anhu/response/api";

/** Whoever mostly has such an account comes first. */
const FIRST: Readonly<Partial<Record<Role, readonly string[]>>> = {
  carer: ["carer", "nurse"],
  manager: ["head", "duty-officer", "fire-lead"],
};
/** Works elsewhere: its account is of its own role, and of no facility. */
const ELSEWHERE = "rescue-centre";

/** Staff without an account, and `own`, who has this one: who fits the role first, then by number. */
export function staffToLink(
  staff: readonly StaffView[],
  role: Role,
  own: string | null,
): readonly StaffView[] {
  const fits = (one: StaffView): boolean => FIRST[role]?.includes(one.role) === true;
  return staff
    .filter((one) => one.id === own || (!one.has_account && one.role !== ELSEWHERE))
    .toSorted(
      (a, b) =>
        Number(fits(b)) - Number(fits(a)) || a.id.localeCompare(b.id, "en", { numeric: true }),
    );
}
