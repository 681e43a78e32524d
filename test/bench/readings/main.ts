/** The process that writes: as many gateways over MQTT, or straight to a store. */
import { serveParent } from "../child.ts";
import { GATEWAYS } from "./chunks.ts";
import type { Ran } from "./course.ts";
import { course, race } from "./course.ts";
import type { Target, Write } from "./straight.ts";
import { openTarget } from "./straight.ts";
import type { Login } from "./uplink.ts";
import { openUplink } from "./uplink.ts";

export type Question =
  | {
      readonly do: "uplinks";
      readonly began: number;
      readonly logins: readonly Login[];
    }
  | { readonly do: "straight"; readonly began: number; readonly target: Target }
  /** `parallel`: writes at once; the uplinks have two each, whatever is said. */
  | { readonly do: "run"; readonly first: number; readonly end: number; readonly parallel: number }
  /** So many of the uplinks run without end; answers at once. */
  | { readonly do: "flood"; readonly gateways: number }
  /** Ends the flood. */
  | { readonly do: "ebb" };

/** As the edge's own uplink. */
const IN_FLIGHT = 2;

let write: (index: number) => Promise<number> = () => Promise.reject(new Error("nothing is open"));
let groups = 1;
let flood: Promise<Ran> | undefined;
let isFlooding = false;

serveParent(async (asked) => {
  const question = asked as Question;
  switch (question.do) {
    case "uplinks": {
      const legs = course(question.began);
      const uplinks = await Promise.all(
        question.logins.map((login, gateway) => openUplink(gateway, login)),
      );
      groups = GATEWAYS;
      write = (index) => {
        const leg = legs(index);
        return uplinks[leg.gateway]?.send(leg, index) ?? Promise.reject(new Error("no uplink"));
      };
      return {};
    }
    case "straight": {
      const legs = course(question.began);
      const to: Write = await openTarget(question.target);
      write = (index) => to(legs(index));
      return {};
    }
    case "run": {
      const lanes = groups === GATEWAYS ? IN_FLIGHT : question.parallel;
      const { first, end } = question;
      return race({ first, end: () => end }, { groups, running: groups, lanes }, write);
    }
    case "flood": {
      const end = (): number => (isFlooding ? Infinity : 0);
      isFlooding = true;
      flood = race(
        { first: 0, end },
        { groups, running: question.gateways, lanes: IN_FLIGHT },
        write,
      );
      return {};
    }
    case "ebb":
      isFlooding = false;
      return (await flood) ?? {};
  }
});
