/** What some actions need to know first. Each sends by `onSend`, and says what the system refused in words. */
import { useState } from "react";
import type { ReactNode } from "react";
import { Button, Input, Modal, Radio } from "antd";
import type { Cause } from "@anhu/response/api";
import { ApiProblem } from "../../api/client.ts";
import type { SeenDetail } from "../../api/incidents.ts";
import { useSubmit } from "../../parts/use-submit.ts";
import { usePlaceText } from "../../parts/who.tsx";
import { useWords } from "../../words/use-words.tsx";

const CODE_DIGITS = 4;
const CAUSES: readonly Cause[] = [
  "real",
  "false_alarm",
  "cooking_or_steam",
  "smoking",
  "accidental",
  "device_fault",
  "test",
  "other",
];

/** The code of the plate on the wall; `null`: without one. */
export function ArriveDialog(props: {
  readonly onClose: () => void;
  readonly onSend: (code: string | null) => Promise<void>;
}) {
  const { words } = useWords();
  const [code, setCode] = useState("");
  const submit = useSubmit();
  const [wrongCode, setWrongCode] = useState(false);
  const send = async (typed: string | null): Promise<void> => {
    setWrongCode(false);
    await submit.run(() =>
      props.onSend(typed).catch((thrown: unknown) => {
        if (thrown instanceof ApiProblem && thrown.code === "wrong_room_code") setWrongCode(true);
        throw thrown;
      }),
    );
  };
  return (
    <Dialog
      title={words.incident.arriveTitle}
      wrong={wrongCode ? words.incident.wrongCode : submit.wrong}
      onClose={props.onClose}
      send={
        <Button
          type="primary"
          block
          size="large"
          loading={submit.busy}
          disabled={code.length !== CODE_DIGITS}
          onClick={() => void send(code)}
        >
          {words.act.arrive}
        </Button>
      }
    >
      <p>{words.incident.arriveHint}</p>
      <Input
        className="code"
        aria-label={words.incident.arriveCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        maxLength={CODE_DIGITS}
        status={wrongCode ? "error" : ""}
        value={code}
        onChange={({ target }) => setCode(target.value.replaceAll(/\D/g, ""))}
        onPressEnter={() => void (code.length === CODE_DIGITS ? send(code) : undefined)}
      />
    </Dialog>
  );
}

export function ResolveDialog(props: {
  readonly incident: SeenDetail;
  readonly onClose: () => void;
  readonly onSend: () => Promise<void>;
}) {
  const { words } = useWords();
  const place = usePlaceText(props.incident.facility);
  const submit = useSubmit();
  const [refused, setRefused] = useState(false);
  const send = async (): Promise<void> => {
    setRefused(false);
    await submit.run(() =>
      props.onSend().catch((thrown: unknown) => {
        if (thrown instanceof ApiProblem && thrown.code === "still_active") setRefused(true);
        throw thrown;
      }),
    );
  };
  const active = props.incident.alerts.filter(({ cleared_at }) => cleared_at === null);
  return (
    <Dialog
      title={words.incident.resolveTitle}
      wrong={refused ? words.incident.stillActive : submit.wrong}
      onClose={props.onClose}
      send={
        <Button type="primary" block size="large" loading={submit.busy} onClick={() => void send()}>
          {words.act.resolve}
        </Button>
      }
    >
      <p>{words.incident.resolveHint}</p>
      {refused ? (
        <ul className="still">
          {active.map(({ id, room, device }) => (
            <li key={id}>
              {place(room)} <code>{device}</code>
            </li>
          ))}
        </ul>
      ) : null}
    </Dialog>
  );
}

export function CloseDialog(props: {
  readonly onClose: () => void;
  readonly onSend: (body: { cause: Cause; note?: string }) => Promise<void>;
}) {
  const { words } = useWords();
  const [cause, setCause] = useState<Cause | null>(null);
  const [note, setNote] = useState("");
  const { busy, wrong, run } = useSubmit();
  const send = (): void => {
    if (cause === null) return;
    const said = oneLine(note);
    void run(() => props.onSend({ cause, ...(said === "" ? {} : { note: said }) }));
  };
  return (
    <Dialog
      title={words.incident.closeTitle}
      wrong={wrong}
      onClose={props.onClose}
      send={
        <Button
          type="primary"
          block
          size="large"
          loading={busy}
          disabled={cause === null}
          onClick={send}
        >
          {words.act.close}
        </Button>
      }
    >
      <Radio.Group
        className="causes"
        value={cause}
        onChange={({ target }) => setCause(target.value as Cause)}
      >
        {CAUSES.map((one) => (
          <Radio key={one} value={one} className="cause">
            {words.cause[one]}
          </Radio>
        ))}
      </Radio.Group>
      <Input.TextArea
        aria-label={words.incident.closeNote}
        placeholder={words.incident.closeNote}
        maxLength={500}
        rows={2}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
    </Dialog>
  );
}

export function NoteDialog(props: {
  readonly onClose: () => void;
  readonly onSend: (text: string) => Promise<void>;
}) {
  const { words } = useWords();
  const [text, setText] = useState("");
  const { busy, wrong, run } = useSubmit();
  return (
    <Dialog
      title={words.incident.noteTitle}
      wrong={wrong}
      onClose={props.onClose}
      send={
        <Button
          type="primary"
          block
          size="large"
          loading={busy}
          disabled={text.trim() === ""}
          onClick={() => void run(() => props.onSend(oneLine(text)))}
        >
          {words.act.save}
        </Button>
      }
    >
      <Input.TextArea
        aria-label={words.act.note}
        placeholder={words.incident.notePlaceholder}
        maxLength={500}
        rows={4}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </Dialog>
  );
}

/** The ledger takes no control characters. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

function Dialog(props: {
  readonly title: string;
  readonly wrong: string | null;
  readonly onClose: () => void;
  readonly send: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Modal open title={props.title} onCancel={props.onClose} footer={props.send} width={440}>
      <div className="dialog">
        {props.children}
        <p className="field-wrong" role="alert">
          {props.wrong}
        </p>
      </div>
    </Modal>
  );
}
