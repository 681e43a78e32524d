/** One device: what it says now, what it said before, and its test mode. */
import { useState } from "react";
import { Segmented, Select } from "antd";
import { Link, useParams } from "react-router";
import { KINDS } from "@anhu/core/points";
import type { DeviceView } from "@anhu/response/api";
import { useDevices } from "../../api/facilities.ts";
import { manages } from "../../app/nav.ts";
import { useSession } from "../../app/session.tsx";
import { DeviceStatus, seenText, vitalsOf } from "../../parts/device-status.tsx";
import { numberOf } from "../../parts/names.ts";
import { Facts, Loading, Nothing, Page } from "../../parts/page.tsx";
import { fieldWord, valueText } from "../../parts/reading.ts";
import { duration } from "../../parts/times.ts";
import { Trouble } from "../../parts/trouble.tsx";
import { useNow, When } from "../../parts/when.tsx";
import { usePlaceText } from "../../parts/who.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { ReadingsChart, SPANS } from "./readings-chart.tsx";
import type { Span } from "./readings-chart.tsx";
import { TestMode } from "./test-mode.tsx";
import "./device.css";

export default function DevicePage() {
  const { facility = "", device: id = "" } = useParams();
  const { words } = useWords();
  const { user } = useSession();
  const { data, error, refetch } = useDevices(facility);
  const now = useNow(5_000);
  const device = data?.find((one) => one.id === id);
  if (error !== null && data === undefined) return <Trouble thrown={error} retry={refetch} />;
  if (data === undefined) return <Loading />;
  if (device === undefined) return <Nothing title={words.device.missing} />;
  return (
    <Page
      title={`${words.kind[device.kind]} ${device.id}`}
      more={<DeviceStatus device={device} facility={facility} now={now} />}
    >
      <div className="columns">
        <div>
          {manages(user.role) ? <Readings device={device} facility={facility} /> : null}
          <Values device={device} facility={facility} now={now} />
        </div>
        <div>
          <About device={device} facility={facility} now={now} />
          {manages(user.role) ? <TestMode device={device} facility={facility} now={now} /> : null}
        </div>
      </div>
    </Page>
  );
}

function Readings({
  device,
  facility,
}: {
  readonly device: DeviceView;
  readonly facility: string;
}) {
  const { words } = useWords();
  const fields = drawable(device);
  const [chosen, setChosen] = useState<string | null>(null);
  const [span, setSpan] = useState<Span>("h1");
  const field = chosen ?? fields[0] ?? null;
  return (
    <section className="card">
      <h2>{words.device.chart}</h2>
      {field === null ? (
        <p className="quiet">{words.device.noFields}</p>
      ) : (
        <>
          <div className="chart-choice">
            <Select
              aria-label={words.device.field}
              value={field}
              onChange={setChosen}
              options={fields.map((one) => ({ value: one, label: fieldWord(words, one) }))}
              popupMatchSelectWidth={false}
            />
            <Segmented
              aria-label={words.device.range}
              value={span}
              onChange={setSpan}
              options={SPANS.map((one) => ({ value: one, label: words.device.ranges[one] }))}
            />
          </div>
          <ReadingsChart facility={facility} device={device.id} field={field} span={span} />
        </>
      )}
    </section>
  );
}

/** Numbers and states of the device's own kind, then what it says of itself. */
function drawable({ kind, last }: DeviceView): readonly string[] {
  const kinds = [kind, ...last.map((one) => one.kind)].filter((one): one is keyof typeof KINDS =>
    Object.hasOwn(KINDS, one),
  );
  const said = new Set(last.flatMap(({ fields }) => Object.keys(fields)));
  const known = [...new Set(kinds)].flatMap((one) =>
    Object.entries(KINDS[one].fields).flatMap(([name, type]) =>
      type === "number" || type === "boolean" ? [name] : [],
    ),
  );
  // What it really sends comes first.
  return [...new Set(known)].filter((name) => said.has(name) || last.length === 0);
}

interface Shown {
  readonly device: DeviceView;
  readonly facility: string;
  readonly now: number;
}

function Values({ device, facility, now }: Shown) {
  const { words } = useWords();
  if (device.last.length === 0) return null;
  return (
    <section className="card">
      <h2>{words.device.values}</h2>
      {device.last.map(({ kind, at, fields }) => (
        <div key={kind} className="values">
          <p className="quiet">
            {kind === "device" || kind === "fire_panel" ? words.kind[kind] : null}{" "}
            <When at={at} now={now} facility={facility} />
          </p>
          <ul>
            {Object.entries(fields)
              .filter(([name]) => name !== "device_time_ms")
              .map(([name, value]) => (
                <li key={name}>
                  <span className="quiet">{fieldWord(words, name)}</span>
                  <strong>{valueText(words, name, value)}</strong>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function About({ device, facility, now }: Shown) {
  const { words } = useWords();
  const place = usePlaceText(facility);
  const { battery, signal } = vitalsOf(device);
  const { room, resident, last_seen, supervise_s, line, source, address } = device;
  return (
    <section className="card">
      <h2>{words.devices.device}</h2>
      <Facts
        of={[
          [words.devices.kind, words.kind[device.kind]],
          [
            words.devices.room,
            room === undefined ? (
              words.dash
            ) : (
              <Link to={`/f/${facility}/rooms/${room}`}>{place(room)}</Link>
            ),
          ],
          [
            words.devices.seen,
            last_seen === null ? (
              seenText(words, device, now)
            ) : (
              <When at={last_seen} now={now} facility={facility} />
            ),
          ],
          ...(resident === undefined
            ? []
            : ([
                [
                  words.device.resident,
                  fill(words.incident.unnamedResident, { number: numberOf(resident) }),
                ],
              ] as const)),
          [words.devices.battery, battery ?? words.dash],
          [words.devices.signal, signal ?? words.dash],
          ...(supervise_s === undefined
            ? []
            : ([[words.device.supervise, duration(supervise_s * 1_000, { words })]] as const)),
          ...(line === undefined ? [] : ([[words.device.line, line]] as const)),
          ...(source === undefined ? [] : ([[words.device.source, source]] as const)),
          ...(address === ""
            ? []
            : ([[words.device.address, <code key="address">{address}</code>]] as const)),
        ]}
      />
    </section>
  );
}
