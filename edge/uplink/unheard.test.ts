import { FakeClock } from "@anhu/core/time";
import { expect, test } from "vitest";
import { alert } from "../outbox/fixtures.ts";
import { keyOf, Unheard } from "./unheard.ts";

function watch(): { clock: FakeClock; unheard: Unheard; said: boolean[] } {
  const clock = new FakeClock(0);
  const said: boolean[] = [];
  return { clock, said, unheard: new Unheard(clock, (state) => said.push(state)) };
}

test("an alert that nobody acknowledges for 10 s is said, and said to be over when it is heard", () => {
  const { clock, unheard, said } = watch();
  unheard.raised(alert(1));
  clock.advance(9_999);
  expect(said).toEqual([]);
  clock.advance(1);
  expect(said).toEqual([true]);
  unheard.heard([keyOf(alert(1))]);
  expect(said).toEqual([true, false]);
});

test("an alert that is acknowledged in time is never said", () => {
  const { clock, unheard, said } = watch();
  unheard.raised(alert(1));
  clock.advance(5_000);
  unheard.raised(alert(2));
  unheard.heard([keyOf(alert(1))]);
  clock.advance(9_999);
  unheard.heard([keyOf(alert(2))]);
  clock.advance(60_000);
  expect(said).toEqual([]);
});

test("as long as one alert is unheard it is not over", () => {
  const { clock, unheard, said } = watch();
  unheard.raised(alert(1));
  clock.advance(1_000);
  unheard.raised(alert(2));
  clock.advance(20_000);
  unheard.heard([keyOf(alert(1))]);
  expect(said).toEqual([true]);
});
