/** What every channel must do, whatever its far end: run over each by the test in its folder, against a real far end in the process. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Channel, Delivery, Outcome } from "./channel.ts";

/** accept; refuse: for good; busy: not now; silent: takes it and never answers; away: nobody is there. */
export type Behaviour = "accept" | "refuse" | "busy" | "silent" | "away";

export interface FarEnd {
  /** With time-outs short enough for a test. */
  readonly channel: Channel;
  /** A message to a person at the far end; each has an id of its own. */
  delivery(): Delivery;
  behave(how: Behaviour): Promise<void> | void;
  /** Ids of the messages that came, in their order. */
  came(): readonly string[];
  /** Texts that must not leave the channel by an outcome: addresses, tokens, secrets. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

export interface ChannelContract {
  readonly open: () => Promise<FarEnd>;
  /** What this far end cannot do, and why. */
  readonly gaps?: Partial<Readonly<Record<Behaviour, string>>>;
  /** What a silent or absent far end is; a call that can wait is tried again. */
  readonly unanswered: Exclude<Outcome["result"], "sent">;
}

export function describeChannel(name: string, contract: ChannelContract): void {
  const { open, gaps = {}, unanswered } = contract;

  describe(`the ${name} channel`, () => {
    let far: FarEnd;
    beforeEach(async () => {
      far = await open();
    });
    afterEach(async () => {
      await far.channel.close();
      await far.close();
    });

    /** A known gap is left out; its reason stands where the contract is run. */
    const able = (how: Behaviour) => [how].filter((one) => gaps[one] === undefined);

    test("says sent when the far end has accepted it", async () => {
      const delivery = far.delivery();
      expect(await far.channel.send(delivery)).toEqual({ result: "sent" });
      await expect.poll(() => far.came()).toEqual([delivery.id]);
    });

    test("sends the same again under the same id", async () => {
      const delivery = far.delivery();
      await far.channel.send(delivery);
      await far.channel.send(delivery);
      await expect.poll(() => far.came()).toEqual([delivery.id, delivery.id]);
    });

    test.for(able("refuse"))(
      "says failed, with a code, when the far end refuses it",
      async (how) => {
        await far.behave(how);
        const outcome = await far.channel.send(far.delivery());
        expect(outcome).toMatchObject({
          result: "failed",
          reason: expect.stringMatching(/^[a-z_]+$/),
        });
      },
    );

    test.for(able("busy"))("says retry when the far end asks for patience", async (how) => {
      await far.behave(how);
      expect(await far.channel.send(far.delivery())).toMatchObject({ result: "retry" });
    });

    test.for(able("silent"))("gives up waiting for a far end that does not answer", async (how) => {
      await far.behave(how);
      expect(await far.channel.send(far.delivery())).toMatchObject({ result: unanswered });
    });

    test.for(able("away"))("never rejects when nobody is there", async (how) => {
      await far.behave(how);
      expect(await far.channel.send(far.delivery())).toMatchObject({ result: unanswered });
    });

    test.for(able("silent"))("works again once the far end does", async (how) => {
      await far.behave(how);
      await far.channel.send(far.delivery());
      await far.behave("accept");
      expect(await far.channel.send(far.delivery())).toEqual({ result: "sent" });
    });

    test("passes on no address, token or secret", async () => {
      for (const how of ["accept", "refuse", "busy", "silent", "away"] as const) {
        if (gaps[how] !== undefined) continue;
        await far.behave(how);
        const said = JSON.stringify(await far.channel.send(far.delivery()));
        for (const secret of far.secrets) expect(said).not.toContain(secret);
      }
    });
  });
}
