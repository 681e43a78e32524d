/**
 * Where notices meet the open pages of a person (server-sent events, http/stream.ts): a notice is written to every page that is open, and
 * to those that open while it waits.
 */
import type { ConsoleNotice } from "../../api/types.ts";

/** Facility and staff id. */
export interface PageOf {
  readonly facility: string;
  readonly person: string;
}

/** Notices that wait for one page; at the bound the page is asked to begin anew, and reads them from the store. */
const WAITING = 100;

interface Offer {
  readonly notice: ConsoleNotice;
  readonly written: () => void;
}

/** One open page. */
export interface Page {
  /** What waits to be written, the oldest first; `written` must be called once it is. */
  take(): readonly Offer[];
  /** More came than the page took: nothing of it is lost, but it must come back. */
  overrun(): boolean;
  close(): void;
}

interface OpenPage {
  waiting: Offer[];
  overrun: boolean;
}

export class ConsolePages {
  readonly #pages = new Map<string, Set<OpenPage>>();
  readonly #offers = new Map<string, Set<Offer>>();
  readonly #ring: () => void;

  /** `ring` wakes whoever writes to pages. */
  constructor(ring: () => void) {
    this.#ring = ring;
  }

  open(of: PageOf): Page {
    const key = keyOf(of);
    const page: OpenPage = { waiting: [...(this.#offers.get(key) ?? [])], overrun: false };
    const pages = this.#pages.get(key) ?? new Set();
    this.#pages.set(key, pages.add(page));
    return {
      take: () => page.waiting.splice(0),
      overrun: () => page.overrun,
      close: () => {
        pages.delete(page);
        if (pages.size === 0 && this.#pages.get(key) === pages) this.#pages.delete(key);
      },
    };
  }

  /** Offers a notice to the person's pages until it is withdrawn. `written` is called once, by the first that took it. */
  offer(of: PageOf, notice: ConsoleNotice, written: () => void): { withdraw(): void } {
    const key = keyOf(of);
    const offer: Offer = { notice, written };
    const offers = this.#offers.get(key) ?? new Set();
    this.#offers.set(key, offers.add(offer));
    for (const page of this.#pages.get(key) ?? []) {
      if (page.waiting.length < WAITING) page.waiting.push(offer);
      else page.overrun = true;
    }
    this.#ring();
    return {
      withdraw: () => {
        offers.delete(offer);
        if (offers.size === 0 && this.#offers.get(key) === offers) this.#offers.delete(key);
      },
    };
  }
}

function keyOf({ facility, person }: PageOf): string {
  return `${facility}/${person}`;
}
