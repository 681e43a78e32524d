import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@anhu/core/errors";
import { parseFacility } from "@anhu/core/facility";
import { readChannels } from "@anhu/response/channels/config";
import { heldPlaces } from "../start/lock.ts";
import type { FacilityFile, Scene } from "./model.ts";

/** Reads what several checks look at. What cannot be read is a mistake there, not a failure here. */
export function readScene(
  given: Pick<Scene, "dataDir" | "ports" | "env" | "clock" | "nodeVersion">,
): Scene {
  const { dataDir } = given;
  return {
    ...given,
    installation: installationOf(dataDir),
    running: heldPlaces(dataDir),
    facilities: facilityFiles(dataDir).map((path) => readFacility(dataDir, path)),
    channels: readChannels(dataDir),
  };
}

function installationOf(dataDir: string): Scene["installation"] {
  const path = join(dataDir, "installation.json");
  if (!existsSync(path)) return undefined;
  const { mode, lan } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  return { mode: mode === "demo" ? "demo" : "real", lan: typeof lan === "string" ? lan : null };
}

function facilityFiles(dataDir: string): string[] {
  const own = existsSync(join(dataDir, "facility.yaml")) ? ["facility.yaml"] : [];
  const folder = join(dataDir, "facilities");
  const others = existsSync(folder) ? readdirSync(folder) : [];
  return [
    ...own,
    ...others.filter((name) => name.endsWith(".yaml")).map((name) => `facilities/${name}`),
  ];
}

function readFacility(dataDir: string, path: string): FacilityFile {
  try {
    const parsed = parseFacility(readFileSync(join(dataDir, path), "utf8"));
    if (parsed.ok) return { path, facility: parsed.value, mistakes: [] };
    return { path, facility: undefined, mistakes: parsed.error };
  } catch (thrown) {
    const mistake = { line: 0, path: "", reason: "unreadable", detail: messageOf(thrown) };
    return { path, facility: undefined, mistakes: [mistake] };
  }
}
