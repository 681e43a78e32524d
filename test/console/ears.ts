/**
 * In place of a page's Web Audio: a context that no touch has allowed yet, and that counts the pulses it is given. The real one cannot be
 * used in a test: Playwright's own looks at a page count as touches.
 */
import type { BrowserContext, Page } from "playwright-core";

/** Puts ears into every page of the context that is opened from now on. */
export async function giveEars(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: EARS });
}

/** How many pulses the page has made, and whether it may make any. */
export function heard(page: Page): Promise<{ readonly pulses: number; readonly state: string }> {
  return page.evaluate("({ pulses: ears.pulses, state: ears.state })");
}

const EARS = `
globalThis.ears = { pulses: 0, state: "suspended" };
globalThis.AudioContext = class extends EventTarget {
  destination = {};
  get state() { return ears.state; }
  get currentTime() { return performance.now() / 1000; }
  async resume() {
    if (ears.state === "running") return;
    ears.state = "running";
    this.dispatchEvent(new Event("statechange"));
  }
  async close() {}
};
globalThis.OscillatorNode = class extends EventTarget {
  connect(next) { return next; }
  start() { ears.pulses += 1; }
  stop() {}
};
globalThis.GainNode = class {
  gain = { setValueAtTime() {}, linearRampToValueAtTime() {} };
  connect(next) { return next; }
};
`;
