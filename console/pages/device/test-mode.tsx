import { useState } from "react";
import { App, Button, Input, Select } from "antd";
import type { DeviceView } from "@anhu/response/api";
import { useTestMode } from "../../api/facilities.ts";
import { Complaint } from "../../parts/complaint.tsx";
import { dayTime, ahead } from "../../parts/times.ts";
import { useSubmit } from "../../parts/use-submit.ts";
import { useTimes } from "../../parts/when.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";

/** The API takes up to 8 hours. */
const MINUTES = [15, 30, 60, 120, 240, 480] as const;

/** For who tests a detector: its alarms are drills until the end. */
export function TestMode(props: {
  readonly device: DeviceView;
  readonly facility: string;
  readonly now: number;
}) {
  const { words } = useWords();
  const { device, facility, now } = props;
  const { message } = App.useApp();
  const times = useTimes(facility);
  const change = useTestMode(facility, device.id);
  const { busy, wrong, run, complain } = useSubmit();
  const [minutes, setMinutes] = useState<number>(30);
  const [reason, setReason] = useState("");
  const until = device.test_mode_until ?? 0;

  const start = async (): Promise<void> => {
    const said = reason.trim();
    if (said === "") return complain(words.device.testReasonNeeded);
    if (await run(() => change.mutateAsync({ minutes, reason: said }))) {
      void message.success(words.device.testStarted);
    }
  };
  const stop = async (): Promise<void> => {
    if (await run(() => change.mutateAsync(null))) void message.success(words.device.testStopped);
  };

  return (
    <section className="card">
      <h2>{words.device.testMode}</h2>
      {until > now ? (
        <>
          <p className="drill">
            {fill(words.device.testRunning, {
              time: ahead(until, now, times),
              end: dayTime(until, now, times),
            })}
          </p>
          <Button loading={busy} onClick={() => void stop()} style={{ marginTop: 12 }}>
            {words.device.testStop}
          </Button>
        </>
      ) : (
        <div className="test-form">
          <p className="quiet">{words.device.testHint}</p>
          <Select
            aria-label={words.device.testMinutes}
            value={minutes}
            onChange={setMinutes}
            options={MINUTES.map((n) => ({
              value: n as number,
              label:
                n < 60
                  ? fill(words.device.minutes, { n })
                  : fill(words.device.hours, { n: n / 60 }),
            }))}
          />
          <Input
            aria-label={words.device.testReason}
            placeholder={words.device.testReasonHint}
            maxLength={200}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          <Button loading={busy} onClick={() => void start()}>
            {words.device.testStart}
          </Button>
        </div>
      )}
      <Complaint text={wrong} />
    </section>
  );
}
