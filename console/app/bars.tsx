/** What must be said on every page: simulated, not connected, silent. */
import { DisconnectOutlined, SoundOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useLiveIncidents } from "../api/incidents.ts";
import { useAlarmSound } from "../live/alarm-sound.tsx";
import { useLive } from "../live/live.tsx";
import { UnansweredBand } from "../live/unanswered.tsx";
import { useNow, useTimes } from "../parts/when.tsx";
import { dayTime } from "../parts/times.ts";
import { fill } from "../words/index.ts";
import { useWords } from "../words/use-words.tsx";
import { useEnvironment } from "./environment.tsx";
import { useFacilityList } from "./facility.tsx";
import { useSession } from "./session.tsx";

/** A connection that comes back at once was no loss. */
const GRACE_MS = 1_500;

export function Bars() {
  const { words } = useWords();
  const { demo } = useSession();
  return (
    <div className="bars">
      {demo ? <p className="bar bar-demo">{words.demo}</p> : null}
      <UnansweredBand />
      <BrokenBar />
      <SilentBar />
    </div>
  );
}

function BrokenBar() {
  const { brokenSince } = useLive();
  const { isError, failureCount } = useLiveIncidents(brokenSince !== null);
  const { clock } = useEnvironment();
  const now = useNow();
  const { words } = useWords();
  const times = useTimes(useFacilityList().current);
  // By the clock that does not jump when the device's own is set.
  if (brokenSince === null || clock.monotonic() - brokenSince.monotonic < GRACE_MS) return null;
  const said = isError || failureCount > 0 ? words.connection.dark : words.connection.broken;
  return (
    <p className="bar bar-broken" role="alert">
      <DisconnectOutlined />
      {fill(said, { time: dayTime(brokenSince.at, now, times) })}
    </p>
  );
}

function SilentBar() {
  const { words } = useWords();
  const { offered, on, audio, turn } = useAlarmSound();
  if (!offered || (on && audio === "ready")) return null;
  if (audio === "unsupported") return <p className="bar bar-quiet">{words.sound.unsupported}</p>;
  return (
    <div className="bar bar-quiet" role="status">
      <span>{on ? words.sound.blocked : words.sound.off}</span>
      <Button type="primary" icon={<SoundOutlined />} onClick={() => turn(true)}>
        {words.sound.turnOn}
      </Button>
    </div>
  );
}
