import { Input, Modal, QRCode } from "antd";
import { Command } from "../../parts/command.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { useWords } from "../../words/use-words.tsx";
import { isOwnMachine } from "./reach.ts";

/** A one-time link, behind this page's own address: as text, and as a picture for a phone's camera where a phone could open it. */
export function LinkDialog({
  link,
  onClose,
}: {
  readonly link: string;
  readonly onClose: () => void;
}) {
  const { words } = useWords();
  const address = new URL(link, window.location.href).href;
  const here = isOwnMachine(window.location.hostname);
  return (
    <Modal open title={words.users.linkTitle} footer={null} onCancel={onClose} width={420}>
      <div className="link">
        {here ? null : (
          <QRCode
            value={address}
            type="svg"
            size={240}
            color="#000"
            bgColor="#fff"
            aria-label={words.users.qr}
          />
        )}
        <Input.TextArea
          readOnly
          rows={3}
          aria-label={words.users.linkTitle}
          value={address}
          onFocus={({ target }) => target.select()}
        />
        <CopyButton text={address} />
        <p>{here ? words.users.linkOnce : words.users.linkHint}</p>
        <p className="quiet">{words.users.linkHours}</p>
        {here ? (
          <div className="link-here">
            <p className="quiet">{words.users.linkHere}</p>
            <Command text={`npm start -- --lan ${words.users.linkAddress}`} />
          </div>
        ) : null}
      </div>
    </Modal>
  );
}
