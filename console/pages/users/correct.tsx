import { useState } from "react";
import { Button, Modal } from "antd";
import type { UserView } from "@anhu/response/api";
import { useChangeUser } from "../../api/people.ts";
import { Complaint } from "../../parts/complaint.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { lackOfPlace, placeOf, scopeOf } from "./draft.ts";
import type { Place } from "./draft.ts";
import { Where } from "./where.tsx";

/** Where an account's role holds and whose it is, put right. */
export function CorrectDialog({
  user,
  onClose,
}: {
  readonly user: UserView;
  readonly onClose: () => void;
}) {
  const { words } = useWords();
  const [draft, setDraft] = useState<Place>(() => placeOf(user));
  const change = useChangeUser();
  const { busy, wrong, complain, run } = useSubmit();
  const save = async (): Promise<void> => {
    const lack = lackOfPlace(draft, words);
    if (lack !== null) return complain(lack);
    const saved = await run(() => change.mutateAsync({ user: user.id, change: scopeOf(draft) }));
    if (saved) onClose();
  };
  return (
    <Modal
      open
      title={fill(words.users.correctTitle, { name: user.name })}
      onCancel={onClose}
      width={460}
      footer={
        <Button type="primary" size="large" block loading={busy} onClick={() => void save()}>
          {words.act.save}
        </Button>
      }
    >
      <div className="invite">
        <Where
          draft={draft}
          own={user.person}
          change={(next) => setDraft((before) => ({ ...before, ...next }))}
        />
        <p className="quiet">{words.users.correctHint}</p>
        <Complaint text={wrong} />
      </div>
    </Modal>
  );
}
