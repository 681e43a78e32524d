/** Who was told what by which way, and what became of it. */
import { useMemo } from "react";
import { Button, Table } from "antd";
import type { TableColumnsType } from "antd";
import { Link, useParams } from "react-router";
import { DELIVERY_STATES } from "@anhu/core/states";
import type { DeliveryView } from "@anhu/response/api";
import { useIncidentNames } from "../../api/incidents.ts";
import { useDeliveries } from "../../api/people.ts";
import { useIsPhone } from "../../app/viewport.ts";
import { DeliveryTag } from "../../parts/delivery-tag.tsx";
import { IncidentTitle } from "../../parts/marks.tsx";
import { capital, channelWord, roleWord } from "../../parts/names.ts";
import { Facts, Nothing, Page } from "../../parts/page.tsx";
import { clockTime, dayTime } from "../../parts/times.ts";
import { Pending } from "../../parts/pending.tsx";
import { useNow, useTimes } from "../../parts/when.tsx";
import { usePersonText, usePlaceText } from "../../parts/who.tsx";
import { count } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import "./deliveries.css";

export default function DeliveriesPage() {
  const { facility = "" } = useParams();
  const { words } = useWords();
  const phone = useIsPhone();
  const told = useDeliveries({ facility });
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = told;
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page title={words.deliveries.title}>
      <Pending of={told} />
      {data === undefined ? null : rows.length === 0 ? (
        <Nothing title={words.deliveries.none} />
      ) : phone ? (
        <Cards rows={rows} facility={facility} />
      ) : (
        <DeliveryTable rows={rows} facility={facility} />
      )}
      {hasNextPage ? (
        <Button
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
          style={{ marginTop: 12 }}
        >
          {words.act.more}
        </Button>
      ) : null}
      <details className="card folded delivery-meaning">
        <summary>{words.deliveries.meaning}</summary>
        <Facts
          of={DELIVERY_STATES.map((state) => [
            words.deliveryState[state],
            words.deliveries.means[state],
          ])}
        />
      </details>
    </Page>
  );
}

interface Listing {
  readonly rows: readonly DeliveryView[];
  readonly facility: string;
}

function DeliveryTable({ rows, facility }: Listing) {
  const { words } = useWords();
  const name = usePersonText(facility);
  const times = useTimes(facility);
  const now = useNow(60_000);
  const at = (ms: number | null): string => (ms === null ? words.dash : clockTime(ms, times));
  const columns = useMemo(
    (): TableColumnsType<DeliveryView> => [
      { title: words.deliveries.created, render: (_, one) => dayTime(one.created_at, now, times) },
      {
        title: words.deliveries.to,
        render: (_, one) => (
          <>
            {capital(name(one.person, one.role))}{" "}
            <span className="quiet">{roleWord(words, one.role)}</span>
          </>
        ),
      },
      { title: words.deliveries.purpose, render: (_, one) => words.purpose[one.purpose] },
      { title: words.deliveries.channel, render: (_, one) => channelWord(words, one.channel) },
      {
        title: words.deliveries.state,
        render: (_, one) => <DeliveryTag state={one.state} reason={one.reason} />,
      },
      { title: words.deliveries.sent, render: (_, one) => at(one.sent_at) },
      { title: words.deliveries.delivered, render: (_, one) => at(one.delivered_at) },
      { title: words.deliveries.attempts, align: "right", dataIndex: "attempts" },
      {
        title: words.deliveries.incident,
        render: (_, one) =>
          one.incident === null ? (
            words.dash
          ) : (
            <About incident={one.incident} facility={facility} />
          ),
      },
    ],
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [words, now, facility, name],
  );
  return (
    <Table size="small" rowKey="id" columns={columns} dataSource={[...rows]} pagination={false} />
  );
}

/** What a notification was about, and where: the way to it. */
function About({ incident, facility }: { readonly incident: string; readonly facility: string }) {
  const { words } = useWords();
  const place = usePlaceText(facility);
  const known = useIncidentNames(facility).data?.get(incident);
  return (
    <Link to={`/incidents/${encodeURIComponent(incident)}`}>
      {known === undefined ? (
        words.act.open
      ) : (
        <>
          <IncidentTitle incident={known} /> {place(known.room, "room")}
        </>
      )}
    </Link>
  );
}

function Cards({ rows, facility }: Listing) {
  const { words } = useWords();
  const name = usePersonText(facility);
  const times = useTimes(facility);
  const now = useNow(60_000);
  return (
    <ul className="delivery-cards">
      {rows.map((one) => (
        <li key={one.id} className="delivery-card">
          <strong>{capital(name(one.person, one.role))}</strong>
          <span className="quiet">{dayTime(one.created_at, now, times)}</span>
          <span>
            {one.incident === null ? null : (
              <>
                <About incident={one.incident} facility={facility} /> ·{" "}
              </>
            )}
            {words.purpose[one.purpose]} · {channelWord(words, one.channel)}
          </span>
          <span>
            <DeliveryTag state={one.state} reason={one.reason} />{" "}
            {one.attempts > 1 ? (
              <span className="quiet">{count(words.deliveries.times, one.attempts)}</span>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
