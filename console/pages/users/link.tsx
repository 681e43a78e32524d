import { Input, Modal, QRCode } from "antd";
import { CopyButton } from "../../parts/copy-button.tsx";
import { useWords } from "../../words/use-words.tsx";

/** A one-time link, behind this page's own address: as text and as a picture for a phone's camera. */
export function LinkDialog({
  link,
  onClose,
}: {
  readonly link: string;
  readonly onClose: () => void;
}) {
  const { words } = useWords();
  const address = new URL(link, window.location.href).href;
  return (
    <Modal open title={words.users.linkTitle} footer={null} onCancel={onClose} width={420}>
      <div className="link">
        <QRCode
          value={address}
          type="svg"
          size={240}
          color="#000"
          bgColor="#fff"
          aria-label={words.users.qr}
        />
        <Input.TextArea
          readOnly
          rows={3}
          aria-label={words.users.linkTitle}
          value={address}
          onFocus={({ target }) => target.select()}
        />
        <CopyButton text={address} />
        <p>{words.users.linkHint}</p>
        <p className="quiet">{words.users.linkHours}</p>
      </div>
    </Modal>
  );
}
