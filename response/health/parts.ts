/** Response's own parts, as `/healthz` names them. */
import { messageOf } from "@anhu/core/errors";
import type { PeopleChannels } from "../channels/open.ts";
import type { EscalationService } from "../escalation/open.ts";
import type { Exporter } from "../export/exporter.ts";
import type { Facilities } from "../facilities/files.ts";
import type { Names } from "../facilities/names.ts";
import type { Watch } from "../gateways/watch.ts";
import type { GatewayIntake } from "../intake/open.ts";
import { lastPosition } from "../store/reading.ts";
import type { Db } from "../store/schema.ts";
import type { HealthPart } from "./health.ts";

export interface OwnParts {
  readonly db: Db;
  readonly intake: Pick<GatewayIntake, "ready" | "trouble">;
  readonly escalation: Pick<EscalationService, "health">;
  readonly people: Pick<PeopleChannels, "health">;
  /** null: nothing is written for boards. */
  readonly exporter: Pick<Exporter, "trouble"> | null;
  readonly watch: Pick<Watch, "counts">;
  readonly facilities: Facilities;
  readonly names: Names;
}

const OK: HealthPart = { status: "ok", detail: "" };

export async function ownParts(parts: OwnParts): Promise<Record<string, HealthPart>> {
  const { db, intake, escalation, people, exporter, watch, facilities, names } = parts;
  const { total, silent } = watch.counts();
  const late = exporter?.trouble() ?? null;
  return {
    store: await storePart(db),
    broker: intake.ready() ? OK : { status: "down", detail: "not connected" },
    alerts: partOf(intake.trouble(), "down"),
    escalation: escalation.health(),
    channels: await people.health(),
    ...(exporter === null ? {} : { boards: partOf(late, "degraded") }),
    gateways: {
      status: silent === 0 ? "ok" : "degraded",
      detail: `${total} watched, ${silent} silent`,
    },
    facilities: filesPart(facilities, names),
  };
}

function partOf(trouble: string | null, status: HealthPart["status"]): HealthPart {
  return trouble === null ? OK : { status, detail: trouble };
}

function filesPart({ mistakes, byId }: Facilities, names: Names): HealthPart {
  const trouble = names.trouble();
  const all = trouble === null ? mistakes : [...mistakes, trouble];
  return {
    status: all.length === 0 ? "ok" : "degraded",
    detail: all.join("; ") || `${byId.size} files`,
  };
}

async function storePart(db: Db): Promise<HealthPart> {
  try {
    await lastPosition(db);
    return OK;
  } catch (thrown) {
    return { status: "down", detail: messageOf(thrown) };
  }
}
