import { Button } from "antd";
import { AnhuError } from "@anhu/core/errors";
import { ApiProblem } from "../api/client.ts";
import { fill } from "../words/index.ts";
import type { Words } from "../words/index.ts";
import { useWords } from "../words/use-words.tsx";
import { waitTime } from "./times.ts";

/** A failure in words, by its code. */
export function problemText(words: Words, thrown: unknown): string {
  const code = thrown instanceof AnhuError ? thrown.code : "unknown";
  if (code === "too_many_tries" && thrown instanceof ApiProblem && thrown.waitMs !== null) {
    return fill(words.tooManyTries, { time: waitTime(thrown.waitMs, { words }) });
  }
  const list: Readonly<Record<string, string>> = words.problem;
  return list[code] ?? words.problem.unknown;
}

/** What was not read, why, and a button to try again. */
export function Trouble(props: { readonly thrown: unknown; readonly retry?: () => unknown }) {
  const { words } = useWords();
  const { thrown, retry } = props;
  return (
    <div className="trouble" role="alert">
      <span>{fill(words.failedTo, { why: problemText(words, thrown) })}</span>
      {retry === undefined ? null : <Button onClick={() => void retry()}>{words.act.retry}</Button>}
    </div>
  );
}
