/** People's part in an incident, as data; `decide.ts` is pure over it. */

/**
 * calling: tiers are called as they fall due. answered: somebody is coming. arrived: somebody is at the scene.
 * unanswered: every tier was called and nobody came; all again until somebody does. settled: over, nobody is to be called any more.
 */
export type EscalationPhase = "calling" | "answered" | "arrived" | "unanswered" | "settled";

/** `here`: the duty room is manned; it promises nothing. */
export type CallAnswer = "coming" | "cannot_come" | "here";
