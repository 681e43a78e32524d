/** Everybody who looks at the console in the pictures: each role in both languages, on the screens that they have. */
import type { Role, Scope, StaffView } from "@anhu/response/api";
import { DESK, FACILITY, joinBy, PASSWORD, PHONE } from "./stage.ts";
import type { Screen, Seat, Stage } from "./stage.ts";

export interface Seated {
  readonly seat: Seat;
  /** `zh-phone`, `en-desk`, `zh-phone-dark`. */
  readonly tag: string;
}

/** `night`: the manager again, in the dark. */
export type Who = "carer" | "manager" | "night" | "inspector" | "rescue" | "administrator";

export interface Crowd {
  readonly seats: (who: Who) => readonly Seated[];
  /** Nobody is signed in there. */
  readonly doors: readonly Seated[];
  /** The address of a link that nobody has used. */
  readonly invitation: string;
  /** What went wrong on any page. */
  readonly wrong: () => readonly string[];
}

interface Cast {
  readonly role: Role;
  readonly scope: Scope;
  readonly name: string;
  /** Signs in with the account of somebody before. */
  readonly as?: Who;
  readonly screens: readonly Screen[];
}

const HOME: Scope = { kind: "facility", of: FACILITY };
const REGION: Scope = { kind: "region", of: "3503" };
const EN_PHONE: Screen = { ...PHONE, language: "en" };
const EN_DESK: Screen = { ...DESK, language: "en" };

const CAST: Readonly<Record<Who, Cast>> = {
  carer: {
    role: "carer",
    scope: HOME,
    name: "",
    screens: [PHONE, EN_PHONE, { ...PHONE, shade: "dark" }],
  },
  manager: {
    role: "manager",
    scope: HOME,
    name: "关月琴",
    screens: [DESK, EN_DESK, PHONE, EN_PHONE],
  },
  night: {
    role: "manager",
    scope: HOME,
    name: "关月琴",
    as: "manager",
    screens: [
      { ...DESK, shade: "dark" },
      { ...PHONE, language: "en", shade: "dark" },
    ],
  },
  inspector: {
    role: "inspector",
    scope: REGION,
    name: "郭志明",
    screens: [DESK, EN_DESK, EN_PHONE],
  },
  rescue: {
    role: "rescue-centre",
    scope: REGION,
    name: "指挥中心",
    screens: [DESK, EN_PHONE],
  },
  administrator: {
    role: "administrator",
    scope: { kind: "all", of: "" },
    name: "系统管理员",
    screens: [DESK, EN_DESK],
  },
};

export async function openCrowd(stage: Stage): Promise<Crowd> {
  const carer = await stage.carerOnDuty();
  const seated = new Map<Who, readonly Seated[]>();
  for (const who of Object.keys(CAST) as Who[]) seated.set(who, await seat(stage, who, carer));
  const lijianguo = { login: "lijianguo", name: "李建国", role: "carer", scope: HOME } as const;
  const invitation = await stage.invite(lijianguo);
  const doors: Seated[] = [];
  for (const screen of [PHONE, EN_PHONE, DESK]) {
    doors.push({ seat: await stage.open(screen), tag: tagOf(screen) });
  }
  const all = [...[...seated.values()].flat(), ...doors];
  return {
    seats: (who) => seated.get(who) ?? [],
    doors,
    invitation,
    wrong: () =>
      all.flatMap(({ seat: { wrong }, tag }) =>
        // One picture is of a connection that is cut, one of a link that is none.
        wrong.filter((text) => !/ERR_FAILED|404/.test(text)).map((text) => `${tag}: ${text}`),
      ),
  };
}

/** The first of them joins by the link, the others sign in. */
async function seat(stage: Stage, who: Who, carer: StaffView): Promise<readonly Seated[]> {
  const { role, scope, name, screens, as } = CAST[who];
  const person = who === "carer" ? { person: carer.id, name: carer.name ?? who } : { name };
  const link = as === undefined ? await stage.invite({ login: who, role, scope, ...person }) : null;
  const found: Seated[] = [];
  for (const screen of screens) {
    const opened = await stage.open(screen);
    if (found.length === 0 && link !== null) await joinBy(opened.page, link);
    else await signIn(opened, as ?? who);
    found.push({ seat: opened, tag: tagOf(screen) });
  }
  return found;
}

async function signIn({ page }: Seat, login: string): Promise<void> {
  await page.goto("/");
  await page.locator("input[autocomplete=username]").fill(login);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.locator("button[type=submit]").click();
  await page.locator(".shell").waitFor();
  // The touch that a browser wants before it makes sound.
  await page.locator("#content").click({ position: { x: 2, y: 2 } });
}

function tagOf({ language, width, shade = "light" }: Screen): string {
  return [language, width < 768 ? "phone" : "desk", ...(shade === "dark" ? ["dark"] : [])].join(
    "-",
  );
}
