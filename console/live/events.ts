/** Server-sent events as they come off the wire (WHATWG HTML, 9.2.6): text in any pieces -> whole events. */

export interface StreamEvent {
  readonly name: string;
  readonly data: string;
  readonly id: string;
}

export interface EventReader {
  /** The events that these characters complete. Throws `RangeError` when one event is over 1 MiB. */
  push(text: string): readonly StreamEvent[];
}

const LIMIT = 1024 * 1024;

export function readEvents(): EventReader {
  let rest = "";
  let name = "";
  let id = "";
  let data: string[] = [];
  let size = 0;

  function line(text: string): StreamEvent | undefined {
    if (text === "") {
      const event = { name: name === "" ? "message" : name, data: data.join("\n"), id };
      const whole = data.length > 0;
      name = "";
      data = [];
      size = 0;
      return whole ? event : undefined;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return undefined;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") name = value;
    if (field === "id") id = value;
    if (field === "data") {
      data.push(value);
      size += value.length;
    }
    return undefined;
  }

  return {
    push(text) {
      rest += text;
      const events: StreamEvent[] = [];
      for (;;) {
        const found = /\r\n|\n|\r(?!$)/.exec(rest);
        if (found === null) break;
        const event = line(rest.slice(0, found.index));
        rest = rest.slice(found.index + found[0].length);
        if (event !== undefined) events.push(event);
      }
      if (size + rest.length > LIMIT) throw new RangeError("an event of over 1 MiB");
      return events;
    },
  };
}
