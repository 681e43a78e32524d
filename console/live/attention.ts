/** What a page can do beside sound to be noticed: its title and mark in the tab, the phone's vibration, a screen that stays on. */
import type { Clock } from "@anhu/core/time";

export interface Attention {
  /** The title and mark change while this is told; null: calm. */
  call(title: string | null): void;
  vibrate(): void;
  close(): void;
}

const FLASH_MS = 1_000;
const CALM = "calm.svg";
const ALARM = "alarm.svg";

export function openAttention(clock: Clock): Attention {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  let calling: string | null = null;
  let calmTitle = document.title;
  let lit = false;
  let cancel = (): void => undefined;

  function flash(): void {
    // A page that was opened meanwhile has its own title.
    if (!lit && document.title !== calling) calmTitle = document.title;
    lit = !lit;
    show();
    cancel = clock.after(FLASH_MS, flash);
  }

  function show(): void {
    document.title = calling !== null && lit ? calling : calmTitle;
    // The path beside the page's own, wherever that is.
    icon?.setAttribute("href", icon.href.replace(/[^/]+$/, calling !== null && lit ? ALARM : CALM));
  }

  function call(title: string | null): void {
    if (title === calling) return;
    if (calling === null) calmTitle = document.title;
    calling = title;
    cancel();
    lit = false;
    if (title === null) show();
    else flash();
  }

  return {
    call,
    vibrate() {
      // Before a touch of the page browsers refuse, and complain.
      if ("vibrate" in navigator && wasTouched()) navigator.vibrate([400, 200, 400, 200, 400]);
    },
    close: () => call(null),
  };
}

/** Whether the page has been touched since it was opened; older browsers do not say. */
export function wasTouched(): boolean {
  return !("userActivation" in navigator) || navigator.userActivation.hasBeenActive;
}

/** Keeps the screen on while the page is seen; `onChange` is told whether it does. Returns how to stop. */
export function keepAwake(onChange: (awake: boolean) => void): () => void {
  if (!("wakeLock" in navigator)) return () => undefined;
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const ask = (): void => {
    if (over || document.visibilityState !== "visible") return;
    navigator.wakeLock.request("screen").then(
      (granted) => {
        lock = granted;
        onChange(true);
        granted.addEventListener("release", () => onChange(false));
        return over ? granted.release() : undefined;
      },
      // Low battery, or no right: the page says that the screen may go dark.
      () => onChange(false),
    );
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
