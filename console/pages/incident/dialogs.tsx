/** What some actions need to know first. Each sends by `onSend`, and says what the system refused in words. */
import { useState } from "react";
import type { ReactNode } from "react";
import { Button, Input, Modal, Radio } from "antd";
import type { Cause } from "@anhu/response/api";
import type { SeenDetail } from "../../api/incidents.ts";
import { Complaint } from "../../parts/complaint.tsx";
import { DigitsInput } from "../../parts/digits.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { usePlaceText } from "../../parts/who.tsx";
import { useWords } from "../../words/use-words.tsx";
import "./dialogs.css";

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

/** The code of the plate on the wall. */
export function ArriveDialog(props: {
  readonly onClose: () => void;
  readonly onSend: (code: string) => Promise<void>;
}) {
  const { words } = useWords();
  const [digits, setDigits] = useState("");
  const { busy, wrong, code, run } = useSubmit();
  const whole = digits.length === CODE_DIGITS;
  const send = (): void => void run(() => props.onSend(digits));
  const known: Readonly<Record<string, string>> = {
    wrong_room_code: words.incident.wrongCode,
    too_many_tries: words.incident.codesUsedUp,
  };
  return (
    <Dialog
      title={words.incident.arriveTitle}
      label={words.act.arrive}
      ready={whole}
      busy={busy}
      wrong={known[code ?? ""] ?? wrong}
      onClose={props.onClose}
      onSend={send}
    >
      <p>{words.incident.arriveHint}</p>
      <DigitsInput
        className="code"
        label={words.incident.arriveCode}
        code
        focus
        most={CODE_DIGITS}
        wrong={code === "wrong_room_code"}
        value={digits}
        onChange={setDigits}
        onEnter={() => (whole ? send() : undefined)}
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
  const { busy, wrong, code, run } = useSubmit();
  const refused = code === "still_active";
  const active = props.incident.alerts.filter(({ cleared_at }) => cleared_at === null);
  return (
    <Dialog
      title={words.incident.resolveTitle}
      label={words.act.resolve}
      ready
      busy={busy}
      wrong={refused ? words.incident.stillActive : wrong}
      onClose={props.onClose}
      onSend={() => void run(props.onSend)}
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
      label={words.act.close}
      ready={cause !== null}
      busy={busy}
      wrong={wrong}
      onClose={props.onClose}
      onSend={send}
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
      label={words.act.save}
      ready={text.trim() !== ""}
      busy={busy}
      wrong={wrong}
      onClose={props.onClose}
      onSend={() => void run(() => props.onSend(oneLine(text)))}
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

/** One question and one big button, which waits until `ready`. */
function Dialog(props: {
  readonly title: string;
  readonly label: string;
  readonly ready: boolean;
  readonly busy: boolean;
  readonly wrong: string | null;
  readonly onClose: () => void;
  readonly onSend: () => void;
  readonly children: ReactNode;
}) {
  const { title, label, ready, busy, wrong, onClose, onSend, children } = props;
  const button = (
    <Button type="primary" block size="large" loading={busy} disabled={!ready} onClick={onSend}>
      {label}
    </Button>
  );
  return (
    <Modal open title={title} onCancel={onClose} footer={button} width={440}>
      <div className="dialog">
        {children}
        <Complaint text={wrong} />
      </div>
    </Modal>
  );
}
