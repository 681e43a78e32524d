/** One notice: what has happened, who is on it already, and the answers. */
import { useEffect, useState } from "react";
import { App, Button } from "antd";
import { useNavigate } from "react-router";
import type { ConsoleNotice } from "@anhu/response/api";
import { ApiProblem, pathOf } from "../api/client.ts";
import { useSeenIncident } from "../api/incidents.ts";
import { useEnvironment } from "../app/environment.tsx";
import { Complaint } from "../parts/complaint.tsx";
import { DigitsInput } from "../parts/digits.tsx";
import { SeverityShape } from "../parts/marks.tsx";
import { OnIt } from "../parts/on-it.tsx";
import { useSubmit } from "../parts/use-submit.ts";
import { useWords } from "../words/use-words.tsx";
import { useLive } from "./live.tsx";
import { isLive } from "./order.ts";

/** In this order on the card; `shown` says itself. */
const ANSWERS = ["coming", "here", "arrived", "cannot_come"] as const;
type Answer = (typeof ANSWERS)[number];
const CODE_DIGITS = 4;

export function NoticeCard({ notice }: { readonly notice: ConsoleNotice }) {
  const { words, say } = useWords();
  const { putAway } = useLive();
  const go = useNavigate();
  const away = (): void => putAway([notice.delivery]);
  const open = (): void => {
    away();
    if (notice.incident !== null) void go(`/incidents/${encodeURIComponent(notice.incident)}`);
  };
  return (
    <li className={`notice notice-${notice.severity}`}>
      <p className="notice-band">
        <SeverityShape severity={notice.severity} size={22} />
        <strong>{words.severity[notice.severity]}</strong>
        <span>{words.purpose[notice.purpose]}</span>
      </p>
      <h2>{say(notice.title)}</h2>
      <p className="notice-text">{say(notice.text)}</p>
      {notice.incident === null ? null : <Already incident={notice.incident} />}
      <Answers notice={notice} onComing={open} onDone={away} />
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

/** Who comes or is there already, as it is now; that it is over, when it is. */
function Already({ incident: id }: { readonly incident: string }) {
  const { words } = useWords();
  const { brokenSince } = useLive();
  const incident = useSeenIncident(id, brokenSince !== null);
  const live = incident !== undefined && isLive(incident);
  return (
    <p className="notice-already" role="status">
      {incident === undefined ? null : live ? (
        <OnIt incident={incident} />
      ) : (
        <span className="quiet">{words.notice.ended}</span>
      )}
    </p>
  );
}

function Answers(props: {
  readonly notice: ConsoleNotice;
  /** The person comes, or is there. */
  readonly onComing: () => void;
  readonly onDone: () => void;
}) {
  const { notice, onComing, onDone } = props;
  const { words } = useWords();
  const { api } = useEnvironment();
  const { message } = App.useApp();
  const [coding, setCoding] = useState(false);
  const [code, setCode] = useState("");
  const { busy, wrong, complain, run } = useSubmit();
  const { brokenSince } = useLive();
  // What the break was to blame for can be tried again.
  useEffect(() => {
    if (brokenSince === null) complain(null);
  }, [brokenSince, complain]);
  const answer = async (given: Answer): Promise<void> => {
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
    if (given === "coming" || given === "arrived") onComing();
    else onDone();
  };
  const offered = ANSWERS.filter((one) => notice.answer?.answers.includes(one) === true);
  return (
    <>
      <Complaint text={wrong} />
      {coding ? (
        <div className="notice-code">
          {words.incident.arriveHint}
          <DigitsInput
            label={words.incident.arriveCode}
            code
            focus
            most={CODE_DIGITS}
            value={code}
            onChange={setCode}
          />
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
    </>
  );
}
