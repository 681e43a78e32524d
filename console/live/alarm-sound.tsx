/** Joins what is live with what is heard: the alarm's sound, the flashing title, the vibration, the screen that stays on. */
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ReactNode, RefObject } from "react";
import { useLiveIncidents } from "../api/incidents.ts";
import type { SeenIncident } from "../api/live-list.ts";
import { usePeople } from "../api/people.ts";
import { useEnvironment } from "../app/environment.tsx";
import type { Memory } from "../app/environment.tsx";
import { hearsAlarms, seesPeople } from "../app/nav.ts";
import { useSession } from "../app/session.tsx";
import { useWords } from "../words/use-words.tsx";
import { keepAwake, openAttention, wasTouched } from "./attention.ts";
import type { Attention } from "./attention.ts";
import { openPlayer } from "./audio.ts";
import type { AudioState, Player } from "./audio.ts";
import { useLive } from "./live.tsx";
import { askedUntil } from "./notices.ts";
import { isCalled } from "./order.ts";
import { decideSound, NOTHING_HEARD } from "./sound.ts";
import type { Heard } from "./sound.ts";

export interface AlarmSound {
  /** false: this role hears nothing (an inspector reads). */
  readonly offered: boolean;
  /** What the person has chosen on this device. */
  readonly on: boolean;
  readonly audio: AudioState;
  readonly awake: boolean;
  readonly turn: (on: boolean) => void;
}

const Hearing = createContext<AlarmSound | null>(null);
const SOUND = "sound";
const GRACE_MS = 1_000;

export function AlarmSoundProvider({ children }: { readonly children: ReactNode }) {
  const { clock, memory } = useEnvironment();
  const { words } = useWords();
  const { user } = useSession();
  const { brokenSince, notices } = useLive();
  const { data } = useLiveIncidents(brokenSince !== null);
  const offered = hearsAlarms(user.role);
  const [on, setOn] = useState(() => isSoundWanted(memory));
  const [audio, setAudio] = useState<AudioState>("ready");
  const [awake, setAwake] = useState(false);
  const [look, setLook] = useState(0);
  const known = useRef(NOTHING_HEARD);
  const { player, attention } = useInstruments(setAudio);

  const wakeful = useIsOnDuty();
  useEffect(() => (wakeful ? keepAwake(setAwake) : undefined), [wakeful]);

  useEffect(() => {
    if (!offered) return undefined;
    const now = clock.monotonic();
    const heard = decideSound(
      {
        incidents: (data?.items ?? []).map((incident) => heardFrom(incident, user.person)),
        askedUntil: askedUntil(notices),
        lostSince: brokenSince?.monotonic ?? null,
        now,
      },
      known.current,
    );
    known.current = heard.memory;
    player.current?.play(on ? heard.pattern : null);
    if (on && heard.once !== null) player.current?.once(heard.once);
    const calling = heard.pattern !== null && heard.pattern !== "lost";
    attention.current?.call(calling ? titleOf(data?.items[0], words) : null);
    if (calling) attention.current?.vibrate();
    if (heard.lookAgainAt === null) return undefined;
    return clock.after(heard.lookAgainAt - now, () => setLook((before) => before + 1));
  }, [attention, player, clock, offered, data, notices, brokenSince, on, user.person, words, look]);

  const turn = useCallback(
    (next: boolean) => {
      if (next) player.current?.unlock();
      setOn(next);
      memory.keep(SOUND, next ? "on" : "off");
    },
    [memory, player],
  );
  const sound = useMemo(
    () => ({ offered, on, audio, awake, turn }),
    [offered, on, audio, awake, turn],
  );
  return <Hearing value={sound}>{children}</Hearing>;
}

/** Whether the person wants sound on this device: on, until switched off. */
export function isSoundWanted(memory: Memory): boolean {
  return memory.read(SOUND) !== "off";
}

export function useAlarmSound(): AlarmSound {
  const sound = use(Hearing);
  if (sound === null) throw new Error("outside of AlarmSoundProvider");
  return sound;
}

interface Instruments {
  readonly player: RefObject<Player | null>;
  readonly attention: RefObject<Attention | null>;
}

/** What makes itself heard and seen, as long as the page is there. */
function useInstruments(onAudio: (state: AudioState) => void): Instruments {
  const { clock } = useEnvironment();
  const player = useRef<Player | null>(null);
  const attention = useRef<Attention | null>(null);
  useEffect(() => {
    const opened = openPlayer(clock, onAudio);
    player.current = opened;
    // A browser that allows sound says so a moment after it was asked: only then is it blocked.
    const cancel = clock.after(GRACE_MS, () => onAudio(opened.state()));
    attention.current = openAttention(clock);
    // Any touch of the page is the gesture that browsers wait for.
    const touched = (): void => opened.unlock();
    // A phone that slept has stopped the sound: what was allowed once may go on without a touch.
    const seen = (): void => {
      if (document.visibilityState === "visible" && wasTouched()) opened.unlock();
    };
    document.addEventListener("visibilitychange", seen);
    document.addEventListener("pointerdown", touched);
    document.addEventListener("keydown", touched);
    return () => {
      cancel();
      document.removeEventListener("visibilitychange", seen);
      document.removeEventListener("pointerdown", touched);
      document.removeEventListener("keydown", touched);
      opened.close();
      attention.current?.close();
    };
  }, [attention, clock, onAudio, player]);
  return { player, attention };
}

/** Whoever can be called now: their screen stays on. A rescue centre is always on duty. */
function useIsOnDuty(): boolean {
  const { user } = useSession();
  const facility = user.scope.kind === "facility" ? user.scope.of : "";
  const { data } = usePeople(facility, user.person !== null && seesPeople(user.role));
  const own = data?.find(({ id }) => id === user.person);
  return user.role === "rescue-centre" || own?.on_duty === true || own?.in_duty_room === true;
}

function heardFrom(incident: SeenIncident, person: string | null): Heard {
  const { id, state, severity, drill, silencedUntil } = incident;
  return { id, state, severity, drill, silencedUntil, called: isCalled(incident, person) };
}

function titleOf(
  incident: SeenIncident | undefined,
  words: ReturnType<typeof useWords>["words"],
): string {
  if (incident === undefined) return words.notice.label;
  const mark = incident.drill ? words.drill : "";
  return `${mark}${words.severity[incident.severity]} · ${words.state[incident.state]}`;
}
