import type { Name } from "@anhu/core/facility";
import type { Kind } from "@anhu/core/points";
import type { Expectation, Moment, Scenario, Step, Times } from "./model.ts";

/**
 * Frames and payloads that real devices sent, on the same wires that the simulated ones use. Sources: `frames` are the examples of
 * a transmission device's manual (A), captures of a real panel (B) and frames put together by hand after the standard (K, RESET);
 * radar frames are the vendor's and a public driver's; Zigbee payloads are quoted from Zigbee2MQTT's own issues.
 *
 * A gateway knows a frame that it has seen before and confirms it without raising anything again. So what must be raised is also
 * sent with the present time: then it is news in every run.
 */
const FRAMES = {
  /** Smoke detector 1/1/0x0002000a in fire (room 302 here), 2012-09-26 09:58:02, the test bit set as real panels do. */
  A1: "40 40 01 00 01 01 20 3A 09 1A 09 0C 79 03 00 00 00 00 38 5B 01 00 00 00 30 00 02 02 01 01 01 28 0A 00 02 00 02 00 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 00 02 3A 09 1A 09 0C 46 23 23",
  /** A1 with its checksum spoilt. */
  A1_SPOILT:
    "40 40 01 00 01 01 20 3A 09 1A 09 0C 79 03 00 00 00 00 38 5B 01 00 00 00 30 00 02 02 01 01 01 28 0A 00 02 00 02 00 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 00 02 3A 09 1A 09 0C 47 23 23",
  /** A1 with the state "normal". */
  A1_NORMAL:
    "40 40 01 00 01 01 20 3A 09 1A 09 0C 79 03 00 00 00 00 38 5B 01 00 00 00 30 00 02 02 01 01 01 28 0A 00 02 00 01 00 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 00 02 3A 09 1A 09 0C 45 23 23",
  /** The transmission device has lost mains power. */
  A4: "40 40 01 00 01 01 20 3A 09 1A 09 0C 79 03 00 00 00 00 38 5B 01 00 00 00 09 00 02 15 01 08 02 3A 09 1A 09 0C 42 23 23",
  /** Somebody answered a duty check. */
  A5: "40 40 01 00 01 01 20 3A 09 1A 09 0C 79 03 00 00 00 00 38 5B 01 00 00 00 0A 00 02 18 01 20 01 02 3A 09 1A 09 0C 5F 23 23",
  /** Software version 1.1. */
  A6: "40 40 01 00 01 01 20 3A 09 1A 09 0C 79 03 00 00 00 00 38 5B 01 00 00 00 04 00 02 19 01 01 01 C7 23 23",
  /** The device's clock. */
  A7: "40 40 01 00 01 01 20 3A 09 1A 09 0C 79 03 00 00 00 00 38 5B 01 00 00 00 08 00 02 1C 01 02 3A 09 1A 09 0C 40 23 23",
  /** A point of no known type at 1/3/0x000600d9, in fire: no device of the facility has this address. */
  B1: "40 40 00 00 01 01 18 0d 11 16 0a 14 00 00 00 00 00 00 06 05 04 03 02 01 30 00 02 02 01 01 03 00 d9 00 06 00 02 00 a3 c1 c7 f8 a3 b1 b2 e3 df c8 b2 b8 d7 df c0 c8 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 30 12 13 01 08 14 68 23 23",
  /** B1 with the state "normal". */
  B1_NORMAL:
    "40 40 00 00 01 01 18 0d 11 16 0a 14 00 00 00 00 00 00 06 05 04 03 02 01 30 00 02 02 01 01 03 00 d9 00 06 00 01 00 a3 c1 c7 f8 a3 b1 b2 e3 df c8 b2 b8 d7 df c0 c8 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 30 12 13 01 08 14 67 23 23",
  /** Captured with a wrong checksum; a confirm itself (command 3), which nobody answers. */
  B5: "40 40 69 00 10 00 0a 11 0e 03 06 15 ac 10 3c d5 6d 1d 00 00 00 00 00 00 01 00 03 17 30 23 23",
  /** The whole fire alarm system: in fire, and normal again. */
  K1: "40 40 01 00 01 01 02 3A 09 1A 09 18 79 03 00 00 00 00 38 5B 01 00 00 00 0C 00 02 01 01 01 01 03 00 02 3A 09 1A 09 18 28 23 23",
  K1_NORMAL:
    "40 40 01 00 01 01 02 3A 09 1A 09 18 79 03 00 00 00 00 38 5B 01 00 00 00 0C 00 02 01 01 01 01 01 00 02 3A 09 1A 09 18 26 23 23",
  /** Somebody reset the fire alarm system, 1/1 and 1/3 (type 4). */
  RESET_1_1:
    "40 40 01 00 01 01 02 3A 09 1A 09 18 79 03 00 00 00 00 38 5B 01 00 00 00 0C 00 02 04 01 01 01 01 01 02 3A 09 1A 09 18 2A 23 23",
  RESET_1_3:
    "40 40 01 00 01 01 02 3A 09 1A 09 18 79 03 00 00 00 00 38 5B 01 00 00 00 0C 00 02 04 01 01 03 01 01 02 3A 09 1A 09 18 2C 23 23",
  /** A heartbeat. */
  K6: "40 40 06 00 01 01 02 3A 09 1A 09 18 79 03 00 00 00 00 38 5B 01 00 00 00 00 00 02 9A 23 23",
  /** The transmission device is all right. */
  K7: "40 40 07 00 01 01 02 3A 09 1A 09 18 79 03 00 00 00 00 38 5B 01 00 00 00 09 00 02 15 01 01 02 3A 09 1A 09 18 3B 23 23",
} as const;

const RADAR: readonly (readonly [name: Name, hex: string])[] = [
  [
    { zh: "LD2410 有人静坐", en: "LD2410 somebody sits still" },
    "F4 F3 F2 F1 0D 00 02 AA 02 51 00 00 00 00 3B 00 00 55 00 F8 F7 F6 F5",
  ],
  [
    { zh: "LD2410 有人走动，工程模式", en: "LD2410 somebody moves, engineering report" },
    "F4 F3 F2 F1 23 00 01 AA 03 1E 00 3C 00 00 39 00 00 08 08 3C 22 05 03 03 04 03 06 05 00 00 39 10 13 06 06 08 04 03 05 55 00 F8 F7 F6 F5",
  ],
  [
    { zh: "LD2410 无人", en: "LD2410 nobody is there" },
    "F4 F3 F2 F1 0D 00 02 AA 00 00 00 00 00 00 37 00 00 55 00 F8 F7 F6 F5",
  ],
];

/** Topic levels behind `zigbee2mqtt/` in the demo facility. */
const STORE_SMOKE = "store/smoke";
const DINING_MOTION = "dining/motion";
const SOS_302 = "0x00158d4a8fca78e8";

const ZIGBEE = {
  smoke:
    '{"smoke":true,"battery_low":false,"linkquality":26,"last_seen":"2019-06-24T15:30:53.312Z"}',
  no_smoke: '{"battery":78.43,"linkquality":55,"smoke":false,"battery_low":false}',
  motion:
    '{"battery":64,"battery_low":false,"linkquality":144,"occupancy":true,"tamper":false,"voltage":2900}',
  no_action:
    '{"action":null,"battery":100,"last_seen":"2026-04-17T23:33:17+08:00","linkquality":14}',
  emergency: '{"action":"emergency","battery":null,"linkquality":90}',
  emergency_over: '{"action":"","battery":null,"linkquality":90}',
  /** Not recorded: the button above never says that it was let go, other models do with this property. */
  let_go: '{"sos":false}',
} as const;

/** What no panel resets: the siren's key (docs/protocols/native.md). Not recorded, it is our own. */
const RESET_KEY: Step = {
  do: "publish",
  identity: "siren-1",
  topic: "anhu-device/siren-1/reset",
  payload: '{"t":null,"n":0}',
  times: "recorded",
};

const CONFIRMED: Expectation = { expect: "confirmed", within_ms: 5_000 };
const DENIED: Expectation = { expect: "denied", within_ms: 5_000 };
const HEARD: Expectation = { expect: "heard", within_ms: 2_000 };

const recorded = (
  name: keyof typeof FRAMES,
  { zh, en }: Name,
  expect: readonly Expectation[] = [CONFIRMED],
): Moment => ({
  name: { zh: `${name} ${zh}`, en: `${name} ${en}` },
  step: frame(name, "recorded"),
  expect,
});

const now = (
  name: keyof typeof FRAMES,
  { zh, en }: Name,
  expect: readonly Expectation[],
): Moment => ({
  name: presently({ zh: `${name} ${zh}`, en: `${name} ${en}` }),
  step: frame(name, "now"),
  expect: [CONFIRMED, ...expect],
});

const presently = ({ zh, en }: Name): Name => ({
  zh: `${zh}，时间改为当前`,
  en: `${en}, with the present time`,
});

const zigbee = (
  what: keyof typeof ZIGBEE,
  message: { to: string; times: Times },
  expect: readonly Expectation[],
): Moment => ({
  name: message.times === "now" ? presently(zigbeeName(what)) : zigbeeName(what),
  step: publish(what, message),
  expect: [CONFIRMED, ...expect],
});

const zigbeeName = (what: string): Name => ({ zh: `Zigbee ${what}`, en: `Zigbee ${what}` });

export const RECORDED: Scenario = {
  name: "recorded",
  title: { zh: "真实设备的报文", en: "Messages of real devices" },
  hold: ["panel", "radar-302", "zigbee2mqtt", "siren-1"],
  moments: [
    recorded("K6", { zh: "心跳", en: "heartbeat" }),
    recorded("A5", { zh: "查岗应答", en: "duty check answered" }),
    recorded("A6", { zh: "软件版本", en: "software version" }),
    recorded("A7", { zh: "装置时钟", en: "device's clock" }),
    recorded("B5", { zh: "抓包，校验和错误", en: "captured with a wrong checksum" }, [HEARD]),
    recorded("A1_SPOILT", { zh: "感烟报警，校验和错误", en: "smoke with a wrong checksum" }, [
      DENIED,
    ]),
    recorded("A1", { zh: "2012年的感烟报警", en: "smoke of 2012" }),
    now("A1", { zh: "302室感烟报警", en: "smoke in room 302" }, [
      incident("smoke-302", "fire", "alarm"),
      siren(true),
      stored("smoke-302", "smoke"),
    ]),
    now("A1_NORMAL", { zh: "感烟恢复正常", en: "smoke is over" }, []),
    now("RESET_1_1", { zh: "控制器复位", en: "panel reset" }, [resolved("smoke-302")]),
    recorded("B1", { zh: "2020年的未知地址火警", en: "fire at an unknown address, of 2020" }),
    now("B1", { zh: "未知地址火警", en: "fire at an unknown address" }, [
      incident("panel", "fire", "alarm"),
    ]),
    now("B1_NORMAL", { zh: "未知地址恢复正常", en: "unknown address normal" }, []),
    now("RESET_1_3", { zh: "控制器复位", en: "panel reset" }, [resolved("panel")]),
    recorded("K1", { zh: "2024年的火灾报警系统火警", en: "fire alarm system in fire, of 2024" }),
    now("K1", { zh: "火灾报警系统火警", en: "fire alarm system in fire" }, [
      incident("panel", "fire", "alarm"),
    ]),
    now("K1_NORMAL", { zh: "火灾报警系统恢复正常", en: "fire alarm system normal" }, []),
    now("RESET_1_1", { zh: "控制器复位", en: "panel reset" }, [resolved("panel")]),
    recorded("A4", { zh: "2012年的主电故障", en: "mains lost, of 2012" }),
    now("A4", { zh: "主电故障", en: "mains lost" }, [incident("panel", "trouble", "trouble")]),
    recorded("K7", { zh: "2024年的恢复正常", en: "normal, of 2024" }),
    now("K7", { zh: "恢复正常", en: "normal" }, [resolved("panel")]),
    ...RADAR.map(([name, hex]): Moment => ({
      name,
      step: { do: "frame", line: "radar-302", hex, times: "recorded" },
      expect: [HEARD, stored("radar-302", "occupancy")],
    })),
    zigbee("smoke", { to: STORE_SMOKE, times: "recorded" }, []),
    zigbee("smoke", { to: STORE_SMOKE, times: "now" }, [
      incident("smoke-store", "fire", "alarm"),
      stored("smoke-store", "smoke"),
    ]),
    zigbee("no_smoke", { to: STORE_SMOKE, times: "now" }, []),
    {
      name: { zh: "警报器复位钥匙", en: "the siren's reset key" },
      step: RESET_KEY,
      expect: [CONFIRMED, resolved("smoke-store")],
    },
    zigbee("motion", { to: DINING_MOTION, times: "recorded" }, []),
    zigbee("no_action", { to: SOS_302, times: "recorded" }, []),
    zigbee("emergency", { to: SOS_302, times: "recorded" }, [incident("sos-302", "care", "care")]),
    zigbee("emergency_over", { to: SOS_302, times: "recorded" }, []),
    zigbee("let_go", { to: SOS_302, times: "recorded" }, [resolved("sos-302")]),
  ],
  cleanup: [
    frame("A1_NORMAL", "now"),
    frame("B1_NORMAL", "now"),
    frame("K1_NORMAL", "now"),
    frame("K7", "now"),
    frame("RESET_1_1", "now"),
    frame("RESET_1_3", "now"),
    publish("no_smoke", { to: STORE_SMOKE, times: "now" }),
    RESET_KEY,
    publish("let_go", { to: SOS_302, times: "now" }),
  ],
};

function frame(name: keyof typeof FRAMES, times: Times): Step {
  return { do: "frame", line: "panel", hex: FRAMES[name], times };
}

function publish(what: keyof typeof ZIGBEE, { to, times }: { to: string; times: Times }): Step {
  return {
    do: "publish",
    identity: "zigbee2mqtt",
    topic: `zigbee2mqtt/${to}`,
    payload: ZIGBEE[what],
    times,
  };
}

function incident(device: string, kind: string, signal: "alarm" | "trouble" | "care") {
  return { expect: "incident", device, kind, class: signal, within_ms: 5_000 } as const;
}

function stored(device: string, kind: Kind): Expectation {
  return { expect: "stored", device, kind, within_ms: 10_000 };
}

function resolved(device: string): Expectation {
  return { expect: "resolved", device, within_ms: 10_000 };
}

function siren(on: boolean): Expectation {
  return { expect: "siren", on, within_ms: 2_000 };
}
