/** What the signed-in person may do now: on a phone a bar under the thumb. What is offered is the server's word (`actions`). */
import { useState } from "react";
import { App, Button } from "antd";
import type { IncidentAction } from "@anhu/response/api";
import { useIncidentAction } from "../../api/incidents.ts";
import type { SeenDetail } from "../../api/incidents.ts";
import { useLive } from "../../live/live.tsx";
import { problemText } from "../../parts/trouble.tsx";
import { useWords } from "../../words/use-words.tsx";
import { ArriveDialog, CloseDialog, NoteDialog, ResolveDialog } from "./dialogs.tsx";

/** In this order: the answer first, what ends it last. */
const ORDER: readonly IncidentAction[] = [
  "acknowledge",
  "arrive",
  "cannot-come",
  "resolve",
  "close",
  "silence",
  "note",
];
/** Long enough to be read. */
const HINT_S = 6;
const ANSWERS: readonly IncidentAction[] = ["acknowledge", "cannot-come", "arrive"];

export function Actions({ incident }: { readonly incident: SeenDetail }) {
  const { words } = useWords();
  const { message } = App.useApp();
  const { answered } = useLive();
  const act = useIncidentAction(incident.id);
  const [dialog, setDialog] = useState<IncidentAction | null>(null);
  const offered = ORDER.filter((action) => incident.actions.includes(action));
  if (offered.length === 0) return null;

  const run = async (action: IncidentAction, body?: object): Promise<void> => {
    await act.mutateAsync({ action, ...(body === undefined ? {} : { body }) });
    if (ANSWERS.includes(action)) answered(incident.id);
    setDialog(null);
    if (action === "silence") void message.info(words.incident.silenceHint, HINT_S);
    else void message.success(words.incident.done);
  };
  const press = (action: IncidentAction): void => {
    // Where no room is known no plate hangs.
    const plate = incident.alerts.some(({ room }) => room !== "none");
    if (NEEDS_MORE.includes(action) && (action !== "arrive" || plate)) return setDialog(action);
    run(action).catch((thrown: unknown) => void message.error(problemText(words, thrown)));
  };
  const [first] = offered;
  const close = (): void => setDialog(null);
  return (
    <>
      <div className="acts" role="group">
        {offered.map((action) => (
          <Button
            key={action}
            className={`act act-${action}`}
            type={action === first && MAIN.includes(action) ? "primary" : "default"}
            loading={act.isPending && act.variables.action === action}
            disabled={act.isPending}
            onClick={() => press(action)}
          >
            {labelOf(words, action)}
          </Button>
        ))}
      </div>
      {dialog === "arrive" ? (
        <ArriveDialog onClose={close} onSend={(code) => run("arrive", { code })} />
      ) : null}
      {dialog === "resolve" ? (
        <ResolveDialog incident={incident} onClose={close} onSend={() => run("resolve")} />
      ) : null}
      {dialog === "close" ? (
        <CloseDialog onClose={close} onSend={(body) => run("close", body)} />
      ) : null}
      {dialog === "note" ? (
        <NoteDialog onClose={close} onSend={(text) => run("note", { text })} />
      ) : null}
    </>
  );
}

const NEEDS_MORE: readonly IncidentAction[] = ["arrive", "resolve", "close", "note"];
const MAIN: readonly IncidentAction[] = ["acknowledge", "arrive", "resolve", "close"];

function labelOf(words: ReturnType<typeof useWords>["words"], action: IncidentAction): string {
  return action === "cannot-come" ? words.act.cannotCome : words.act[action];
}
