import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { indexFacility, parseFacility } from "./index.ts";

const example = parseFacility(readFileSync(new URL("example.yaml.txt", import.meta.url), "utf8"));
if (!example.ok) throw new Error(JSON.stringify(example.error));
const facility = example.value;

describe("the index", () => {
  const index = indexFacility(facility, "gw1");
  if (!index.ok) throw new Error(index.error.detail);
  const { devices, find } = index.value;

  test("knows declared devices and the ones at the end of each line and source, with the room where people must go", () => {
    expect([...devices.values()].map(({ id, kind, room }) => [id, kind, room])).toEqual([
      ["panel", "fire_panel", "none"],
      ["radar-302", "occupancy", "r302"],
      ["zigbee2mqtt", "device", "none"],
      ["native", "device", "none"],
      ["smoke-302", "smoke", "r302"],
      ["pendant-7f3a", "fall", "r302"],
    ]);
  });

  test("finds a device by line or source and address", () => {
    expect(find("panel", "1/1/0x0002000a")?.id).toBe("smoke-302");
    expect(find("native", "wb-0042")?.id).toBe("pendant-7f3a");
    expect(find("zigbee2mqtt", "bridge")?.id).toBe("zigbee2mqtt");
    expect(find("native", "bridge")).toBeUndefined();
    expect(find("panel", "uitd")?.id).toBe("panel");
    expect(find("panel", "1/1")?.id).toBe("panel");
    expect(find("radar-302", "whatever the driver says")?.id).toBe("radar-302");
  });

  test.each(["1/1/0x0002000b", "__proto__", "constructor", ""])(
    "does not know %j on the panel",
    (address) => {
      expect(find("panel", address)).toBeUndefined();
    },
  );

  test("refuses a gateway that the file does not have", () => {
    expect(indexFacility(facility, "gw2")).toMatchObject({
      error: { reason: "unknown_gateway" },
    });
  });
});
