/** Every facility of one's scope: those with alarms first. */
import { useState } from "react";
import { CheckCircleOutlined, DisconnectOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { Link } from "react-router";
import type { FacilityView } from "@anhu/response/api";
import { useLiveCount } from "../../api/incidents.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { mayOpen } from "../../app/nav.ts";
import { useSession } from "../../app/session.tsx";
import { useLive } from "../../live/live.tsx";
import { Loading, Nothing, Page } from "../../parts/page.tsx";
import { count, fill, word } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import "./facilities.css";

/** More than this are found by the search. */
const SHOWN = 200;

export default function FacilitiesPage() {
  const { words, say } = useWords();
  const { all, loading } = useFacilityList();
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const { brokenSince } = useLive();
  const liveOf = useLiveCount(brokenSince !== null);
  const live = all.reduce((n, one) => n + liveOf(one), 0);
  const found = all
    .filter(
      (one) =>
        say(one.name).toLowerCase().includes(wanted) ||
        one.region.startsWith(wanted) ||
        one.id.includes(wanted),
    )
    .toSorted((a, b) => liveOf(b) - liveOf(a) || a.id.localeCompare(b.id));
  return (
    <Page
      title={words.facilities.title}
      more={
        <span className="quiet">
          {count(words.facilities.count, all.length)} · {count(words.alarms.count, live)}
        </span>
      }
    >
      {all.length > 8 ? (
        <Input.Search
          allowClear
          aria-label={words.facilities.title}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          style={{ maxWidth: 320, marginBottom: 12 }}
        />
      ) : null}
      {loading ? <Loading /> : null}
      {!loading && found.length === 0 ? <Nothing title={words.facilities.none} /> : null}
      <ul className="facilities">
        {found.slice(0, SHOWN).map((one) => (
          <Card key={one.id} facility={one} live={liveOf(one)} />
        ))}
      </ul>
    </Page>
  );
}

function Card({ facility, live }: { readonly facility: FacilityView; readonly live: number }) {
  const { words, say } = useWords();
  const { user } = useSession();
  const { id, region, beds, nursing_beds: nursing } = facility;
  const silent = facility.gateways.filter((one) => one.silent || one.heard_at === null).length;
  return (
    <li className={live > 0 ? "facility facility-live" : "facility"}>
      <strong className="facility-name">{say(facility.name)}</strong>
      <span className="quiet">
        {word(words.facilityKind, facility.kind)} ·{" "}
        {fill(words.facilities.region, { code: region })}
      </span>
      <span className="quiet">{fill(words.facilities.beds, { beds, nursing })}</span>
      <span className="tags">
        {live > 0 ? (
          <span className="tag tag-loud">{count(words.alarms.count, live)}</span>
        ) : (
          <span className="tag tag-good">
            <CheckCircleOutlined /> {words.facilities.noLive}
          </span>
        )}
        {silent > 0 ? (
          <span className="tag tag-high">
            <DisconnectOutlined /> {words.overview.gateway} {words.overview.gatewaySilent}
          </span>
        ) : null}
      </span>
      <span className="facility-links">
        {mayOpen(user.role, "overview") ? (
          <Link to={`/f/${id}/overview`}>{words.facilities.open}</Link>
        ) : null}
        <Link to={`/history?facility=${id}`}>{words.facilities.history}</Link>
        {mayOpen(user.role, "ledger") ? (
          <Link to={`/ledger?facility=${id}`}>{words.facilities.ledger}</Link>
        ) : null}
      </span>
    </li>
  );
}
