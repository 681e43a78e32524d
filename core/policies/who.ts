import type { Who } from "./model.ts";

/** People whom policies name again and again. */
export const DUTY_ROOM: Who = { from: "duty_room" };
export const NEAREST_CARER: Who = { from: "on_duty", roles: ["carer"], nearest: 1 };
export const CARERS_OF_THE_FLOOR: Who = { from: "on_duty", roles: ["carer"], scope: "floor" };
export const CARERS: Who = { from: "on_duty", roles: ["carer"] };
export const NURSES: Who = { from: "on_duty", roles: ["nurse"] };
export const DOCTORS: Who = { from: "on_duty", roles: ["doctor"] };
export const MAINTENANCE: Who = { from: "on_duty", roles: ["maintenance"] };
export const EVERYBODY_ON_DUTY: Who = { from: "on_duty" };
export const HEAD: Who = { from: "always", roles: ["head"] };
export const FIRE_LEAD: Who = { from: "always", roles: ["fire-lead"] };
export const RESCUE_CENTRE: Who = { from: "always", roles: ["rescue-centre"] };
