import type { DeviceView } from "@anhu/response/api";
import { fill } from "../words/index.ts";
import type { Words } from "../words/index.ts";
import { useWords } from "../words/use-words.tsx";
import { dayTime, ago } from "./times.ts";
import { useTimes } from "./when.tsx";

/** Whether something is wrong with the device itself. */
export function isExceptional(device: DeviceView, now: number): boolean {
  return device.silent || device.battery_low === true || (device.test_mode_until ?? 0) > now;
}

/** Silent, battery low, in test; normal only when it was heard, or is watched by its panel. */
export function DeviceStatus(props: {
  readonly device: DeviceView;
  readonly facility: string;
  readonly now: number;
}) {
  const { words } = useWords();
  const { device, facility, now } = props;
  const times = useTimes(facility);
  if (!isExceptional(device, now)) {
    return isNeverHeard(device) ? (
      <span className="tag">{words.devices.neverSeen}</span>
    ) : (
      <span className="tag tag-good">{words.devices.ok}</span>
    );
  }
  const until = device.test_mode_until ?? 0;
  return (
    <span className="tags">
      {device.silent ? <span className="tag tag-high">{words.devices.silent}</span> : null}
      {device.battery_low === true ? (
        <span className="tag tag-medium">{words.devices.batteryLow}</span>
      ) : null}
      {until > now ? (
        <span className="tag tag-drill">
          {fill(words.devices.testing, { time: dayTime(until, now, times) })}
        </span>
      ) : null}
    </span>
  );
}

/** Battery and signal as a device says them: whichever it has. */
export function vitalsOf({ battery_pct, rssi_dbm, link_quality }: DeviceView): {
  readonly battery: string | null;
  readonly signal: string | null;
} {
  const link = link_quality === null ? null : `${Math.round(link_quality)} / 255`;
  return {
    battery: battery_pct === null ? null : `${Math.round(battery_pct)}%`,
    signal: rssi_dbm === null ? link : `${Math.round(rssi_dbm)} dBm`,
  };
}

/** When it was heard last, in words: a panel's component says nothing while all is well, its panel watches it. */
export function seenText(words: Words, device: DeviceView, now: number): string {
  if (device.last_seen !== null) return ago(device.last_seen, now, { words });
  return isNeverHeard(device) ? words.devices.neverSeen : words.devices.viaPanel;
}

function isNeverHeard({ id, line, last_seen }: DeviceView): boolean {
  return last_seen === null && (line === undefined || line === id);
}
