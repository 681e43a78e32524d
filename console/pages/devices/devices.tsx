/** Every device: what it said last, when, and whether it is well. */
import { useMemo, useState } from "react";
import { Input, Select, Switch, Table } from "antd";
import type { TableColumnsType } from "antd";
import { Link, useParams, useSearchParams } from "react-router";
import type { DeviceView } from "@anhu/response/api";
import { useDevices } from "../../api/facilities.ts";
import { useIsPhone } from "../../app/viewport.ts";
import { DeviceStatus, isExceptional, seenText, vitalsOf } from "../../parts/device-status.tsx";
import { Nothing, Page } from "../../parts/page.tsx";
import { lastText } from "../../parts/reading.ts";
import { Pending } from "../../parts/pending.tsx";
import { useNow } from "../../parts/when.tsx";
import { usePlaceText } from "../../parts/who.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import "./devices.css";

/** A panel or a receiver belongs to the whole facility. */
const NO_ROOM = "none";

interface Row extends DeviceView {
  readonly key: string;
  readonly place: string;
  readonly telling: string | null;
}

export default function DevicesPage() {
  const { facility = "" } = useParams();
  const { words } = useWords();
  const devices = useDevices(facility);
  const { data } = devices;
  const now = useNow(15_000);
  return (
    <Page
      title={words.devices.title}
      more={data === undefined ? null : <Counts devices={data} now={now} />}
    >
      <Pending of={devices} />
      {data === undefined ? null : <Known devices={data} facility={facility} now={now} />}
    </Page>
  );
}

function Counts({
  devices,
  now,
}: {
  readonly devices: readonly DeviceView[];
  readonly now: number;
}) {
  const { words } = useWords();
  const silent = devices.filter((one) => one.silent).length;
  const testing = devices.filter(({ test_mode_until }) => (test_mode_until ?? 0) > now).length;
  return (
    <span className="quiet">
      {fill(words.devices.counts, { n: devices.length, silent, testing })}
    </span>
  );
}

function Known(props: {
  readonly devices: readonly DeviceView[];
  readonly facility: string;
  readonly now: number;
}) {
  const { devices, facility, now } = props;
  const { words } = useWords();
  const place = usePlaceText(facility);
  const phone = useIsPhone();
  const [params, setParams] = useSearchParams();
  const [search, setSearch] = useState("");
  const [kind, setKind] = useState("");
  const trouble = params.get("trouble") === "1";
  const rows: Row[] = devices.map((one) => ({
    ...one,
    key: one.id,
    place: one.room === undefined || one.room === NO_ROOM ? "" : place(one.room),
    telling: lastText(words, one),
  }));
  const wanted = search.trim().toLowerCase();
  const shown = rows.filter(
    (one) =>
      (kind === "" || one.kind === kind) &&
      (!trouble || isExceptional(one, now)) &&
      (one.id.includes(wanted) || one.place.toLowerCase().includes(wanted)),
  );
  const kinds = [...new Set(devices.map((one) => one.kind))];
  return (
    <>
      <div className="filters device-filters">
        <Input.Search
          allowClear
          aria-label={words.devices.search}
          placeholder={words.devices.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <Select
          aria-label={words.devices.kind}
          value={kind}
          onChange={setKind}
          options={[
            { value: "", label: words.devices.anyKind },
            ...kinds.map((one) => ({ value: one as string, label: words.kind[one] })),
          ]}
        />
        <label className="filter-switch">
          <Switch
            checked={trouble}
            onChange={(on) => setParams(on ? { trouble: "1" } : {}, { replace: true })}
          />
          {words.devices.onlyTrouble}
        </label>
      </div>
      {shown.length === 0 ? (
        <Nothing title={words.devices.none} />
      ) : phone ? (
        <Cards rows={shown} facility={facility} now={now} />
      ) : (
        <DeviceTable rows={shown} facility={facility} now={now} />
      )}
    </>
  );
}

interface Listing {
  readonly rows: readonly Row[];
  readonly facility: string;
  readonly now: number;
}

function DeviceTable({ rows, facility, now }: Listing) {
  const { words } = useWords();
  const columns = useMemo(
    (): TableColumnsType<Row> => [
      {
        title: words.devices.device,
        dataIndex: "id",
        sorter: (a, b) => a.id.localeCompare(b.id),
        render: (_, { id }) => <Link to={`/f/${facility}/devices/${id}`}>{id}</Link>,
      },
      {
        title: words.devices.kind,
        render: (_, one) => words.kind[one.kind],
        sorter: (a, b) => a.kind.localeCompare(b.kind),
      },
      {
        title: words.devices.room,
        dataIndex: "place",
        sorter: (a, b) => a.place.localeCompare(b.place),
      },
      {
        title: words.devices.last,
        render: (_, { telling }) =>
          telling ?? <span className="quiet">{words.devices.noReading}</span>,
      },
      {
        title: words.devices.seen,
        sorter: (a, b) => (a.last_seen ?? 0) - (b.last_seen ?? 0),
        render: (_, one) => seenText(words, one, now),
      },
      {
        title: words.devices.battery,
        sorter: (a, b) => (a.battery_pct ?? 101) - (b.battery_pct ?? 101),
        render: (_, one) => vitalsOf(one).battery ?? words.dash,
      },
      { title: words.devices.signal, render: (_, one) => vitalsOf(one).signal ?? words.dash },
      {
        title: words.devices.status,
        render: (_, one) => <DeviceStatus device={one} facility={facility} now={now} />,
      },
    ],
    [words, facility, now],
  );
  return (
    <Table
      size="small"
      columns={columns}
      dataSource={[...rows]}
      pagination={{ defaultPageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
    />
  );
}

function Cards({ rows, facility, now }: Listing) {
  const { words } = useWords();
  return (
    <ul className="device-cards">
      {rows.map((one) => {
        const { battery, signal } = vitalsOf(one);
        return (
          <li key={one.id}>
            <Link className="device-card" to={`/f/${facility}/devices/${one.id}`}>
              <strong>{words.kind[one.kind]}</strong>
              <DeviceStatus device={one} facility={facility} now={now} />
              <span>
                {one.place} <span className="quiet">{one.id}</span>
              </span>
              <span>{one.telling ?? words.devices.noReading}</span>
              <span className="quiet">
                {seenText(words, one, now)}
                {battery === null ? null : ` · ${words.devices.battery} ${battery}`}
                {signal === null ? null : ` · ${words.devices.signal} ${signal}`}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
