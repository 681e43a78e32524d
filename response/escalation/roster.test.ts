import { describe, expect, test } from "vitest";
import type { Facility } from "@anhu/core/facility";
import { localDay, nextAt, rosterAt } from "./roster.ts";
import { HOME_FILE } from "../testing/home.ts";
import { homeOf, NIGHT } from "./story.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function home(change: (text: string) => string = (text) => text): Facility {
  return homeOf(change(HOME_FILE));
}

const BERLIN = (text: string) => text.replace("Asia/Shanghai", "Europe/Berlin");

describe("the roster", () => {
  test("of a night over midnight is one shift, to its last minute", () => {
    const at = (hours: number, minutes = 0) =>
      rosterAt(home(), Date.UTC(2026, 10, 21, hours, minutes)).shift?.shift;
    // 20:00 in Shanghai is 12:00 UTC.
    expect(at(11, 59)).toBe("day");
    expect(at(12)).toBe("night");
    expect(at(16)).toBe("night");
    expect(at(23, 59)).toBe("night");
    expect(at(24)).toBe("day");
  });

  test("names who is on duty, who sits in the duty room, and when that changes", () => {
    const { people, dutyRoom, changesAt, minute } = rosterAt(home(), NIGHT);
    expect(people.map(({ person }) => person)).toEqual(["c-201", "c-306", "c-302"]);
    expect(dutyRoom).toEqual([{ person: "duty-1", role: "duty-officer" }]);
    expect(changesAt).toBe(Date.UTC(2026, 10, 22, 0));
    expect(minute).toBe(130);
  });

  test("lists somebody in the duty room who is not in the staff", () => {
    const file = home((text) => text.replaceAll("duty_room: [duty-1]", "duty_room: [guard]"));
    expect(rosterAt(file, NIGHT).dutyRoom).toEqual([{ person: "guard", role: "duty-officer" }]);
  });

  test("between shifts is nobody, until the next begins", () => {
    const gap = home((text) => text.replace('to: "08:00", people', 'to: "02:00", people'));
    const roster = rosterAt(gap, NIGHT);
    expect(roster).toMatchObject({ shift: null, people: [], dutyRoom: [] });
    expect(roster.changesAt).toBe(Date.UTC(2026, 10, 22, 0));
  });

  test("without a file or a rota is nobody, for ever", () => {
    expect(rosterAt(undefined, NIGHT)).toMatchObject({ people: [], changesAt: null });
  });

  test("of a shift that goes round the clock is always the same", () => {
    const round = home((text) =>
      text.replace(
        /rota:[^]*gateways:/,
        'rota: [{ shift: all, from: "08:00", to: "08:00", people: [day] }]\ngateways:',
      ),
    );
    for (const hours of [0, 5, 23]) {
      expect(rosterAt(round, NIGHT + hours * HOUR).shift?.shift).toBe("all");
    }
  });
});

describe("clocks that change", () => {
  /** 2026-03-29 01:59 in Berlin; a minute later it is 03:00. */
  const SPRING = Date.UTC(2026, 2, 29, 0, 59);
  /** 2026-10-25 02:30 in Berlin for the first time; it comes again an hour later. */
  const AUTUMN = Date.UTC(2026, 9, 25, 0, 30);

  test("a night of 11 hours and one of 13 end when the clock on the wall says so", () => {
    expect(rosterAt(home(BERLIN), SPRING).changesAt).toBe(Date.UTC(2026, 2, 29, 6));
    expect(rosterAt(home(BERLIN), AUTUMN).changesAt).toBe(Date.UTC(2026, 9, 25, 7));
  });

  test("each minute of both nights belongs to the night shift", () => {
    for (const from of [Date.UTC(2026, 2, 28, 19), Date.UTC(2026, 9, 24, 18)]) {
      const { changesAt } = rosterAt(home(BERLIN), from);
      for (let at = from; at < (changesAt ?? 0); at += 5 * MINUTE) {
        expect(rosterAt(home(BERLIN), at).shift?.shift).toBe("night");
      }
      expect(rosterAt(home(BERLIN), changesAt ?? 0).shift?.shift).toBe("day");
    }
  });

  test("a time that the change leaves out comes within the hour after it", () => {
    const at = nextAt("Europe/Berlin", SPRING, "02:30");
    expect(at).toBeGreaterThan(SPRING);
    expect(at).toBeLessThanOrEqual(SPRING + 2 * HOUR);
  });

  test("the next midnight is that of the facility, and never now", () => {
    const midnight = Date.UTC(2026, 10, 21, 16);
    expect(nextAt("Asia/Shanghai", midnight - 1, "24:00")).toBe(midnight);
    expect(nextAt("Asia/Shanghai", midnight, "00:00")).toBe(midnight + 24 * HOUR);
    expect(localDay("Asia/Shanghai", midnight)).toBe("2026-11-22");
    expect(localDay("Asia/Shanghai", midnight - 1)).toBe("2026-11-21");
  });
});
