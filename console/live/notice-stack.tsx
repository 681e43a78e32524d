/** Notices over everything, with their answers; shown ones are said to be shown (a receipt of this device). */
import { useEffect, useRef, useState } from "react";
import { App, Button, Input } from "antd";
import { matchPath, useLocation, useNavigate } from "react-router";
import type { ConsoleNotice, Purpose } from "@anhu/response/api";
import { ApiProblem, pathOf } from "../api/client.ts";
import { useEnvironment } from "../app/environment.tsx";
import { SeverityShape } from "../parts/marks.tsx";
import { useSubmit } from "../parts/use-submit.ts";
import { useWords } from "../words/use-words.tsx";
import { useLive } from "./live.tsx";
import "./notices.css";

/** In this order on the card; `shown` says itself. */
const BUTTONS = ["coming", "here", "arrived", "cannot_come"] as const;
type Button = (typeof BUTTONS)[number];
const CODE_DIGITS = 4;
/** What is read on the incident's own page. */
const TELLS: readonly Purpose[] = ["update", "stand_down", "summary"];

export function NoticeStack() {
  const { words } = useWords();
  const { notices, putAway } = useLive();
  const { pathname } = useLocation();
  useReceipts();
  const at = matchPath("/incidents/:id", pathname)?.params.id ?? null;
  // The incident's own page shows all of it, and has the answers: nothing need lie over it.
  const own = notices.open.filter(({ notice }) => at !== null && notice.incident === at);
  const read = own.filter(({ notice }) => TELLS.includes(notice.purpose));
  useEffect(() => {
    if (read.length > 0) putAway(read.map(({ notice }) => notice.delivery));
  });
  const open = notices.open.filter((told) => !own.includes(told));
  if (open.length === 0) return null;
  const [first] = open;
  return (
    <div
      className="notices"
      role="alertdialog"
      aria-modal="true"
      aria-label={first?.notice.answer === null ? words.nav.deliveries : words.notice.label}
    >
      <ul className="notices-list">
        {open.map(({ notice }) => (
          <NoticeCard key={notice.delivery} notice={notice} />
        ))}
      </ul>
    </div>
  );
}

/** Says of each notice that is on a visible screen that it was shown. A receipt that did not arrive is said again when the page is seen. */
function useReceipts(): void {
  const { api } = useEnvironment();
  const { notices } = useLive();
  const said = useRef(new Set<string>());
  const [seen, setSeen] = useState(() => document.visibilityState === "visible");
  useEffect(() => {
    const look = (): void => setSeen(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  useEffect(() => {
    if (!seen) return;
    for (const { notice } of notices.open) {
      if (said.current.has(notice.delivery)) continue;
      said.current.add(notice.delivery);
      api
        .send("POST", pathOf`deliveries/${notice.delivery}/shown`)
        .catch(() => said.current.delete(notice.delivery));
    }
  }, [api, notices, seen]);
}

function NoticeCard({ notice }: { readonly notice: ConsoleNotice }) {
  const { words, say } = useWords();
  const { putAway } = useLive();
  const go = useNavigate();
  const [coding, setCoding] = useState(false);
  const [code, setCode] = useState("");
  const { busy, wrong, run } = useSubmit();
  const { api } = useEnvironment();
  const { message } = App.useApp();
  const away = (): void => putAway([notice.delivery]);
  const open = (): void => {
    away();
    if (notice.incident !== null) void go(`/incidents/${encodeURIComponent(notice.incident)}`);
  };
  const answer = async (given: Button): Promise<void> => {
    if (notice.answer === null) return;
    const { token } = notice.answer;
    const body = given === "arrived" ? { answer: given, code } : { answer: given };
    const ended = await run(async () => {
      try {
        await api.send("POST", pathOf`answers/${token}`, body);
      } catch (thrown) {
        // Over already: nothing is left to answer.
        if (!(thrown instanceof ApiProblem && thrown.code === "call_over")) throw thrown;
        void message.info(words.notice.over);
      }
    });
    if (!ended) return;
    if (given === "coming" || given === "arrived") open();
    else away();
  };
  const offered = BUTTONS.filter((one) => notice.answer?.answers.includes(one) === true);
  return (
    <li className={`notice notice-${notice.severity}`}>
      <p className="notice-band">
        <SeverityShape severity={notice.severity} size={22} />
        <strong>{words.severity[notice.severity]}</strong>
        <span>{words.purpose[notice.purpose]}</span>
      </p>
      <h2>{say(notice.title)}</h2>
      <p className="notice-text">{say(notice.text)}</p>
      <p className="field-wrong" role="alert">
        {wrong}
      </p>
      {coding ? (
        <div className="notice-code">
          <label>
            {words.incident.arriveHint}
            <Input
              aria-label={words.incident.arriveCode}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={CODE_DIGITS}
              value={code}
              onChange={({ target }) => setCode(target.value.replaceAll(/\D/g, ""))}
            />
          </label>
          <Button
            type="primary"
            loading={busy}
            disabled={code.length !== CODE_DIGITS}
            onClick={() => void answer("arrived")}
          >
            {words.answer.arrived}
          </Button>
        </div>
      ) : (
        <div className="notice-answers">
          {offered.map((one) => (
            <Button
              key={one}
              className={`notice-${one}`}
              type={one === "coming" || one === "here" ? "primary" : "default"}
              disabled={busy}
              onClick={() => (one === "arrived" ? setCoding(true) : void answer(one))}
            >
              {words.answer[one]}
            </Button>
          ))}
        </div>
      )}
      <div className="notice-foot">
        {notice.incident === null ? null : (
          <Button type="text" onClick={open}>
            {words.notice.open}
          </Button>
        )}
        <Button type="text" onClick={away}>
          {words.act.dismiss}
        </Button>
      </div>
    </li>
  );
}
