import { MutedOutlined, SoundOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useAlarmSound } from "../live/alarm-sound.tsx";
import { useWords } from "../words/use-words.tsx";

/** Whether this device makes sound, and the switch for it; `short`: the sign only. */
export function SoundButton({ short = false }: { readonly short?: boolean }) {
  const { words } = useWords();
  const { offered, on, audio, turn } = useAlarmSound();
  if (!offered || audio === "unsupported") return null;
  const sounds = on && audio === "ready";
  const label = sounds ? words.sound.on : words.sound.turnOn;
  return (
    <Button
      type="text"
      danger={!sounds}
      icon={sounds ? <SoundOutlined /> : <MutedOutlined />}
      aria-label={label}
      aria-pressed={sounds}
      title={sounds ? words.sound.turnOff : words.sound.turnOn}
      onClick={() => turn(!sounds)}
      style={short ? {} : { justifyContent: "flex-start", paddingInline: 0 }}
    >
      {short ? null : label}
    </Button>
  );
}
