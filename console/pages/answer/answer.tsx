/** `#/answer/TOKEN?can=coming,cannot_come`: answers a call by the link of an e-mail, without a sign-in. The fragment reaches no server's log. */
import { useId, useState } from "react";
import { Button } from "antd";
import { Navigate, useParams, useSearchParams } from "react-router";
import { useEnvironment } from "../../app/environment.tsx";
import { Complaint } from "../../parts/complaint.tsx";
import { DigitsInput } from "../../parts/digits.tsx";
import { Door } from "../../parts/door.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { useWords } from "../../words/use-words.tsx";

const ANSWERS = ["coming", "cannot_come", "arrived", "here"] as const;
type Answer = (typeof ANSWERS)[number];
const CODE_DIGITS = 4;

export default function AnswerPage() {
  const { token } = useParams();
  const [search] = useSearchParams();
  if (token === undefined) return <Navigate to="/" replace />;
  const can = (search.get("can") ?? "").split(",");
  const answers = ANSWERS.filter((answer) => can.includes(answer));
  return (
    <Door note={null}>
      <AnswerCard token={token} answers={answers} />
    </Door>
  );
}

function AnswerCard(props: { readonly token: string; readonly answers: readonly Answer[] }) {
  const { token, answers } = props;
  const { words } = useWords();
  const { api } = useEnvironment();
  const { busy, wrong, run } = useSubmit();
  const codeId = useId();
  const [code, setCode] = useState("");
  const [said, setSaid] = useState<Answer | null>(null);

  const say = async (answer: Answer): Promise<void> => {
    const body = { answer, ...(answer === "arrived" && code !== "" ? { code } : {}) };
    const path = `answers/${encodeURIComponent(token)}`;
    if (await run(() => api.send("POST", path, body))) setSaid(answer);
  };

  return (
    <div className="door-card">
      <h2>{words.reply.title}</h2>
      <p className="quiet">{words.reply.hint}</p>
      {answers.map((answer) => (
        <div key={answer} className="field">
          {answer === "arrived" ? (
            <>
              <label htmlFor={codeId}>{words.reply.code}</label>
              <DigitsInput id={codeId} code most={CODE_DIGITS} value={code} onChange={setCode} />
              <span className="field-hint">{words.reply.codeHint}</span>
            </>
          ) : null}
          <Button
            type={answer === answers[0] ? "primary" : "default"}
            size="large"
            block
            loading={busy}
            onClick={() => void say(answer)}
          >
            {words.answer[answer]}
          </Button>
        </div>
      ))}
      <p role="status">{said === null ? "" : words.reply.said[said]}</p>
      <Complaint text={wrong} />
    </div>
  );
}
