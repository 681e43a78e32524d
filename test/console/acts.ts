/** What happens in the facility while the pictures are made. */
import type { Step } from "@anhu/firmware-sim/scenarios";
import type { IncidentPage, IncidentView } from "@anhu/response/api";
import { eventually } from "../stage/anhu.ts";
import { FACILITY } from "./stage.ts";
import type { Stage } from "./stage.ts";

export interface Acts {
  /** Two incidents that are over: one is closed, one waits for its cause. */
  past(): Promise<void>;
  /** What is still in alarm while the pages are looked at: a fall with somebody on the way, a drill that is silenced, a low battery. */
  beside(): Promise<void>;
  /** Somebody has arrived at the fall. */
  attend(): Promise<void>;
  /** Smoke in room 302. */
  fire(): Promise<void>;
  /** Somebody says that they come to it. */
  comes(): Promise<void>;
  /** The address of its page. */
  fireAt(): string;
  /** The smoke is gone, and the panel reset at the scene. */
  fireOut(): Promise<void>;
  closeFire(): Promise<void>;
}

const WAIT_MS = 20_000;

export function openActs({ api, play, codeOf }: Stage): Acts {
  let burning = "";

  /** The newest live incident with an alert of a device. */
  async function incidentOf(device: string): Promise<IncidentView> {
    let found: IncidentView | undefined;
    await eventually(async () => {
      const { items } = await api<IncidentPage>("GET", `incidents?facility=${FACILITY}&live=true`);
      found = items.find(({ alerts }) => alerts.some((alert) => alert.device === device));
      return found !== undefined;
    }, WAIT_MS);
    if (found === undefined) throw new Error(`no incident of ${device}`);
    return found;
  }

  const act = (id: string, action: string, body: object = {}): Promise<unknown> =>
    api("POST", `incidents/${encodeURIComponent(id)}/${action}`, body);

  /** Raised, answered, attended and ended. */
  async function lived(device: string, room: string, kind: "sos" | "leak"): Promise<string> {
    const field = kind === "sos" ? "pressed" : "alarm";
    await play(report(device, kind, { [field]: true }));
    const { id } = await incidentOf(device);
    await act(id, "acknowledge");
    await act(id, "arrive", { code: codeOf(room) });
    await play(report(device, kind, { [field]: false }));
    await over(id);
    return id;
  }

  async function over(id: string): Promise<void> {
    const done = await eventually(async () => {
      const { state } = await api<IncidentView>("GET", `incidents/${encodeURIComponent(id)}`);
      if (state === "resolved") return true;
      await act(id, "resolve").catch(() => undefined);
      return false;
    }, WAIT_MS);
    if (!done) throw new Error(`${id} does not end`);
  }

  return {
    async past() {
      const closed = await lived("sos-101", "r101", "sos");
      await act(closed, "note", { text: "老人误按，已安抚。" });
      await act(closed, "close", { cause: "accidental" });
      await lived("sos-107", "r107", "sos");
    },
    async beside() {
      const devices = `facilities/${FACILITY}/devices`;
      await api("POST", `${devices}/gas-kitchen/test-mode`, { minutes: 30, reason: "年度测试" });
      await play(report("gas-kitchen", "gas", { alarm: true, gas_lel_pct: 22 }));
      const drill = await incidentOf("gas-kitchen");
      await act(drill.id, "silence");
      await play(report("pendant-2bb3", "fall", { fall: true, stage: "confirmed" }));
      const fall = await incidentOf("pendant-2bb3");
      await act(fall.id, "acknowledge");
      await play(report("pendant-6129", "device", { battery_low: true, battery_pct: 7 }));
      await incidentOf("pendant-6129");
    },
    async attend() {
      const { id } = await incidentOf("pendant-2bb3");
      await act(id, "arrive", { code: codeOf("r207") });
    },
    async fire() {
      await play(report("smoke-302", "smoke", { alarm: true }));
      burning = (await incidentOf("smoke-302")).id;
    },
    async comes() {
      await act(burning, "acknowledge");
    },
    fireAt: () => `#/incidents/${encodeURIComponent(burning)}`,
    async fireOut() {
      await play(report("smoke-302", "smoke", { alarm: false }));
      await play({ do: "reset", line: "panel" });
      await over(burning);
    },
    async closeFire() {
      await act(burning, "close", { cause: "cooking_or_steam", note: "水汽触发" });
    },
  };
}

function report(
  device: string,
  kind: Extract<Step, { do: "report" }>["kind"],
  fields: Extract<Step, { do: "report" }>["fields"],
): Step {
  return { do: "report", device, kind, fields };
}
