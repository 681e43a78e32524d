import type { CommandDraft } from "../../store/commands.ts";
import type { Delivery } from "../channel.ts";

/** assumption: the escalation says it again every 60 s, and the siren must not fall quiet in between. */
const SOUND_S = 60;

/** The command that makes a gateway's siren sound (CONTRACTS.md, command). The delivery's person is the gateway. */
export function sirenCommand(delivery: Delivery, expiresAt: number): CommandDraft {
  return {
    facility: delivery.facility,
    gateway: delivery.person,
    incident: delivery.incident,
    verb: "siren",
    args: { tone: "unanswered", seconds: SOUND_S, by: "response" },
    by: "response",
    expiresAt,
  };
}
