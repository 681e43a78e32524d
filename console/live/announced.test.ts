import { expect, test } from "vitest";
import { called, incident } from "../testing/incidents.ts";
import { covering, whyUnanswered, withAway } from "./announced.ts";

test("what was put away covers the page again when it is announced again, and only then", () => {
  const fire = incident({ people: [called({ round: 2 }), called({ person: "s-02", round: 2 })] });
  const gas = incident({ id: "gas", people: [called({ round: 2 })] });
  const away = withAway(new Map(), fire);
  expect(covering([fire, gas], new Map())).toEqual([fire, gas]);
  expect(covering([fire, gas], away)).toEqual([gas]);
  // Somebody's answer is no announcement.
  const told = { ...fire, people: [called({ round: 2, answer: "cannot_come" })] };
  expect(covering([told], away)).toEqual([]);
  const again = { ...fire, people: [called({ round: 3 })] };
  expect(covering([again], away)).toEqual([again]);
  expect(covering([again], withAway(away, again))).toEqual([]);
});

test("nobody is said to have answered nothing who promised or refused", () => {
  const why = (given: Parameters<typeof called>[0]) =>
    whyUnanswered({
      state: "unanswered",
      people: [called(), called({ person: "s-02", ...given })],
    });
  expect(why({})).toBe("silent");
  expect(why({ answer: "cannot_come" })).toBe("refused");
  expect(why({ round: 2, missed: true, promised_at: 5 })).toBe("missed");
  expect(why({ answer: "coming" })).toBe("missed");
});
