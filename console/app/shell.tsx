/** The frame of every page: navigation, what must be said on every page, and the page. */
import { lazy, Suspense, useState } from "react";
import type { ReactNode } from "react";
import {
  AlertOutlined,
  ApartmentOutlined,
  AppstoreOutlined,
  ArrowLeftOutlined,
  AuditOutlined,
  BankOutlined,
  HistoryOutlined,
  MenuOutlined,
  SendOutlined,
  TeamOutlined,
  UserOutlined,
  UserSwitchOutlined,
  NumberOutlined,
} from "@ant-design/icons";
import { Button } from "antd";
import { NavLink, useLocation, useNavigate } from "react-router";
import { useLiveIncidents } from "../api/incidents.ts";
import { useLive } from "../live/live.tsx";
import { NoticeStack } from "../live/notice-stack.tsx";
import { UnansweredOverlay } from "../live/unanswered.tsx";
import { Boundary } from "../parts/boundary.tsx";
import { Loading, TitleProvider } from "../parts/page.tsx";
import { Over } from "../parts/over.tsx";
import { useWords } from "../words/use-words.tsx";
import { Bars } from "./bars.tsx";
import { FacilityProvider, useFacilityList } from "./facility.tsx";
import { isUnder, PAGES, pagesFor, pathOf, TABS } from "./nav.ts";
import type { PageName } from "./nav.ts";
import { Pages } from "./routes.tsx";
import { useSession } from "./session.tsx";
import { SoundButton } from "./sound-button.tsx";
import { useIsPhone } from "./viewport.ts";
import "./shell.css";

const FacilityChoice = lazy(() => import("./facility-choice.tsx"));

const ICONS: Readonly<Record<PageName, ReactNode>> = {
  alarms: <AlertOutlined aria-hidden />,
  overview: <AppstoreOutlined aria-hidden />,
  devices: <ApartmentOutlined aria-hidden />,
  people: <TeamOutlined aria-hidden />,
  history: <HistoryOutlined aria-hidden />,
  deliveries: <SendOutlined aria-hidden />,
  facilities: <BankOutlined aria-hidden />,
  users: <UserSwitchOutlined aria-hidden />,
  plates: <NumberOutlined aria-hidden />,
  ledger: <AuditOutlined aria-hidden />,
  me: <UserOutlined aria-hidden />,
};

export function Shell() {
  const phone = useIsPhone();
  const { words } = useWords();
  const { pathname } = useLocation();
  const [title, setTitle] = useState(words.name);
  return (
    <FacilityProvider>
      <div className="shell">
        <a className="shell-skip" href="#content" onClick={(event) => skip(event)}>
          {words.nav.skip}
        </a>
        {phone ? null : <Side />}
        <div className="body">
          {phone ? <Top title={title} /> : null}
          <Bars />
          <main id="content" tabIndex={-1}>
            <TitleProvider value={setTitle}>
              <Boundary of={pathname}>
                <Suspense fallback={<Loading />}>
                  <Pages />
                </Suspense>
              </Boundary>
            </TitleProvider>
          </main>
        </div>
        {phone ? <Tabs /> : null}
        <Boundary of="notices" vital>
          <NoticeStack />
        </Boundary>
        <Boundary of="unanswered" vital>
          <UnansweredOverlay />
        </Boundary>
      </div>
    </FacilityProvider>
  );
}

/** The address bar is the router's: the jump is made by hand. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#content")?.focus();
}

function Side() {
  const { words } = useWords();
  const { user } = useSession();
  const { current } = useFacilityList();
  return (
    <nav className="side" aria-label={words.nav.main}>
      <div className="side-brand">
        <img src="calm.svg" alt="" width={28} height={28} />
        {words.name}
      </div>
      <Choice />
      {pagesFor(user.role).map((page) => (
        <SideLink key={page} page={page} facility={current} />
      ))}
      <div className="side-foot">
        <Connection />
        <SoundButton />
      </div>
    </nav>
  );
}

/** For who has several facilities, and pages of one. */
function Choice() {
  const { user } = useSession();
  const { all } = useFacilityList();
  const needed = pagesFor(user.role).some((page) => PAGES[page].includes(":f"));
  if (all.length < 2 || !needed) return null;
  return (
    <div className="side-facility">
      <Suspense fallback={null}>
        <FacilityChoice />
      </Suspense>
    </div>
  );
}

function SideLink(props: {
  readonly page: PageName;
  readonly facility: string | null;
  readonly onGo?: () => void;
}) {
  const { words } = useWords();
  const { page, facility, onGo } = props;
  return (
    <NavLink className="side-link" to={pathOf(page, facility)} onClick={onGo}>
      {ICONS[page]}
      {words.nav[page]}
      {page === "alarms" ? <AlarmCount /> : null}
    </NavLink>
  );
}

function Top({ title }: { readonly title: string }) {
  const { words } = useWords();
  const { pathname } = useLocation();
  const go = useNavigate();
  const { user } = useSession();
  const { current } = useFacilityList();
  const under = pagesFor(user.role).some((name) => pathname === pathOf(name, current));
  return (
    <header className="top">
      {under ? (
        <img src="calm.svg" alt="" width={26} height={26} />
      ) : (
        <Button
          type="text"
          icon={<ArrowLeftOutlined />}
          aria-label={words.act.back}
          onClick={() => void go(-1)}
          style={{ marginLeft: -12 }}
        />
      )}
      <h1>{title}</h1>
      <div className="top-right">
        <Connection />
        <SoundButton short />
      </div>
    </header>
  );
}

function Tabs() {
  const { words } = useWords();
  const { user } = useSession();
  const { current } = useFacilityList();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const pages = pagesFor(user.role);
  const under = pages.length <= TABS ? pages : pages.slice(0, TABS - 1);
  const rest = pages.slice(under.length);
  const inMenu = rest.some((page) => isUnder(pathname, pathOf(page, current)));
  return (
    <>
      <nav className="tabs" aria-label={words.nav.main}>
        {under.map((page) => (
          <NavLink key={page} className="tab" to={pathOf(page, current)}>
            {ICONS[page]}
            {words.nav[page]}
            {page === "alarms" ? <AlarmCount /> : null}
          </NavLink>
        ))}
        {rest.length === 0 ? null : (
          <button
            type="button"
            className={inMenu ? "tab active" : "tab"}
            onClick={() => setOpen(true)}
            aria-expanded={open}
          >
            <MenuOutlined />
            {words.nav.menu}
          </button>
        )}
      </nav>
      {open ? (
        <Over
          role="dialog"
          className="sheet"
          label={words.nav.menu}
          onEscape={() => setOpen(false)}
        >
          <button
            type="button"
            className="sheet-back"
            aria-label={words.act.back}
            onClick={() => setOpen(false)}
          />
          <div className="sheet-body more-menu">
            <Choice />
            {rest.map((page) => (
              <SideLink key={page} page={page} facility={current} onGo={() => setOpen(false)} />
            ))}
          </div>
        </Over>
      ) : null}
    </>
  );
}

/** How many alarms are live; nothing when none is. */
function AlarmCount() {
  const { words } = useWords();
  const { brokenSince } = useLive();
  const { data } = useLiveIncidents(brokenSince !== null);
  const n = data?.items.length ?? 0;
  if (n === 0) return null;
  return (
    <span className="badge">
      {data?.more === true ? `${n}+` : n}
      <span className="hidden-text">{words.alarms.title}</span>
    </span>
  );
}

function Connection() {
  const { words } = useWords();
  const { brokenSince } = useLive();
  return (
    <span className={brokenSince === null ? "dot" : "dot dot-broken"}>
      {brokenSince === null ? words.connection.live : words.connection.brokenShort}
    </span>
  );
}
