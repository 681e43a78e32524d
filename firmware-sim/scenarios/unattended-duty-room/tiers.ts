import type { StaffRole } from "@anhu/core/facility";
import type { Cast } from "../cast.ts";
import type { Called } from "../model.ts";

/** Who must be called by when, and would be disturbed without need before. */
export interface Tier extends Called {
  /** Who of them may answer. */
  readonly role: StaffRole;
  readonly from_s: number;
  readonly by_s: number;
}

/** Who is called in the night, in the order of their times. */
export function tiersOf(cast: Cast): readonly Tier[] {
  return [
    {
      name: { zh: "值班室查问", en: "the duty room is asked" },
      role: "duty-officer",
      people: cast.dutyRoom,
      all: false,
      from_s: 0,
      by_s: 5,
    },
    {
      name: { zh: "首位护理员的手机", en: "the first carer's phone" },
      role: "carer",
      people: cast.carers,
      all: false,
      from_s: 0,
      by_s: 5,
    },
    {
      name: { zh: "本层全部护理员", en: "every carer of the floor" },
      role: "carer",
      people: cast.carers,
      all: true,
      from_s: 0,
      by_s: 10,
    },
    { ...HEAD, people: cast.heads },
    { ...FIRE_LEAD, people: cast.fireLeads },
    { ...RESCUE_CENTRE, people: cast.rescueCentres },
  ];
}

const HEAD: Tier = {
  name: { zh: "院长", en: "the head" },
  role: "head",
  people: [],
  all: true,
  from_s: 30,
  by_s: 60,
};
const FIRE_LEAD: Tier = {
  ...HEAD,
  name: { zh: "消防负责人", en: "the fire lead" },
  role: "fire-lead",
};
const RESCUE_CENTRE: Tier = {
  ...HEAD,
  name: { zh: "救援中心", en: "the rescue centre" },
  role: "rescue-centre",
  from_s: 90,
  by_s: 120,
};
