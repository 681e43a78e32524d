/** Somebody has answered, or it is over: the sirens need not say any more that nobody has. What is in alarm sounds on. */
import { addCommand } from "../store/commands.ts";
import type { Tx } from "../store/schema.ts";
import { sirensToQuiet, withdrawSirens } from "../store/sirens.ts";
import type { EscalationPhase, Situation, Step } from "./model.ts";

/** assumption: later than this another round may sound them again; and by itself the sound ends within a minute (channels/siren). */
const COMMAND_MS = 10_000;

const NOBODY: readonly EscalationPhase[] = ["calling", "unanswered"];

/** Records the commands that follow from a step: one per gateway that sounds for this incident alone. */
export async function endUnanswered(
  tx: Tx,
  { situation, step }: { readonly situation: Situation; readonly step: Step },
): Promise<void> {
  const { incident, escalation: before, now } = situation;
  if (!NOBODY.includes(before.phase) || NOBODY.includes(step.escalation.phase)) return;
  const { facility, id } = incident;
  for (const gateway of await sirensToQuiet(tx, { facility, incident: id })) {
    const args = { tone: "unanswered", seconds: 0, by: "response" };
    await withdrawSirens(tx, { facility, gateway, incident: id }, now);
    const to = { facility, gateway, incident: id, verb: "siren", by: "response" };
    await addCommand(tx, { ...to, args, expiresAt: now + COMMAND_MS }, now);
  }
}
