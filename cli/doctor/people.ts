/** Whether every alarm can reach somebody: files, rota, tiers, channels. */
import type { Facility, Shift } from "@anhu/core/facility";
import { isWithin, policySet } from "@anhu/core/policies";
import type { Who } from "@anhu/core/policies";
import { allowedTarget } from "@anhu/response/channels/target";
import { mistakeEn, mistakeZh } from "../problems/mistakes.ts";
import { listed } from "./directory.ts";
import type { Check, Finding, Scene } from "./model.ts";
import { note, wrong } from "./model.ts";

const DAY_MINUTES = 1_440;

export const facilityFiles: Check = {
  id: "facility-files",
  title: { zh: "机构文件", en: "facility files" },
  look({ facilities, installation }) {
    if (facilities.length === 0 && installation !== undefined) {
      return [
        note(
          {
            zh: "没有 facility.yaml：本机不运行网关",
            en: "there is no facility.yaml: no gateway runs here",
          },
          {
            zh: "如本机应运行网关，请将 facility.yaml 放入数据目录",
            en: "if one should, put its facility.yaml into the data directory",
          },
        ),
      ];
    }
    return facilities.flatMap(({ path, mistakes }) =>
      mistakes.map((one) =>
        wrong(
          { zh: mistakeZh(path, one), en: mistakeEn(path, one) },
          {
            zh: "按 docs/errors.md 中该代码的说明更正",
            en: "correct it; docs/errors.md explains the code",
          },
        ),
      ),
    );
  },
};

export const channelsFile: Check = {
  id: "channels-file",
  title: { zh: "通知渠道文件", en: "channels" },
  look: ({ channels }) =>
    channels.mistakes.map((mistake) =>
      wrong(
        { zh: `channels.yaml 第 ${/line (\d+)/.exec(mistake)?.[1] ?? "?"} 行有误`, en: mistake },
        {
          zh: "更正该行；有误的部分视同不存在",
          en: "correct it; until then its section counts as absent",
        },
      ),
    ),
};

export const webhooks: Check = {
  id: "webhook-targets",
  title: { zh: "呼叫目标", en: "webhook targets" },
  look: (scene) =>
    perFacility(scene, ({ facility, staff }) => {
      const outside = staff
        .filter(({ channels }) =>
          channels.some(
            ({ webhook }) =>
              webhook !== undefined && allowedTarget(webhook, scene.channels.allow) === null,
          ),
        )
        .map(({ id }) => id);
      if (outside.length === 0) return [];
      const who = listed(outside);
      return [
        wrong(
          {
            zh: `${facility.id}：${who} 的 webhook 不在允许列表内，不会被呼叫`,
            en: `${facility.id}: webhooks of ${who} are outside the allow-list and are never called`,
          },
          {
            zh: "在 channels.yaml 的 webhook.allow 中加入其前缀",
            en: "add their prefix to webhook.allow in channels.yaml",
          },
        ),
      ];
    }),
};

export const reachable: Check = {
  id: "reachable-people",
  title: { zh: "值班人员可达", en: "people can be reached" },
  look: (scene) =>
    perFacility(scene, ({ facility, staff, rota }) => {
      const onCall = new Set(rota.flatMap(({ people }) => people));
      const always = new Set(["head", "fire-lead", "rescue-centre"]);
      const mute = staff
        .filter(({ id, role }) => onCall.has(id) || always.has(role))
        .filter(
          ({ channels }) =>
            channels.every(({ email }) => email === undefined || scene.channels.email === null) &&
            channels.every(({ webhook }) => webhook === undefined),
        )
        .map(({ id }) => id);
      if (mute.length === 0) return [];
      const who = listed(mute);
      return [
        wrong(
          {
            zh: `${facility.id}：${who} 没有可用的通知渠道`,
            en: `${facility.id}: ${who} cannot be reached: no webhook, and no e-mail that is set up`,
          },
          {
            zh: "在机构文件的 channels 中加入 webhook 或 email，并在 channels.yaml 中配置邮件",
            en: "give them a webhook or an email under channels in the facility file, and set up e-mail in channels.yaml",
          },
        ),
      ];
    }),
};

export const rota: Check = {
  id: "rota",
  title: { zh: "值班表", en: "rota" },
  look: (scene) =>
    perFacility(scene, (one) => {
      const gaps = gapsOf(one);
      if (gaps.length === 0) return [];
      const when = gaps.join(", ");
      return [
        wrong(
          {
            zh: `${one.facility.id}：每天 ${when} 无人值班`,
            en: `${one.facility.id}: nobody is on duty ${when}, every day`,
          },
          { zh: "在 rota 中补齐班次与人员", en: "close the gap in rota" },
        ),
      ];
    }),
};

/** Hours of a day without anybody on call, "HH:MM-HH:MM". A rota is the same every day of the week. */
function gapsOf({ rota: shifts }: Facility): string[] {
  const staffed = shifts.filter(({ people }) => people.length > 0);
  const isCovered = (minute: number): boolean =>
    staffed.some(({ from, to }) => isWithin(minute, from, to));
  const gaps: string[] = [];
  let start: number | null = null;
  for (let minute = 0; minute <= DAY_MINUTES; minute += 1) {
    const isGap = minute < DAY_MINUTES && !isCovered(minute);
    if (isGap) start ??= minute;
    else if (start !== null) {
      gaps.push(`${clockOf(start)}-${clockOf(minute)}`);
      start = null;
    }
  }
  return gaps;
}

function clockOf(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

export const tiers: Check = {
  id: "tiers",
  title: { zh: "升级层级", en: "escalation tiers" },
  look: (scene) =>
    perFacility(scene, (facility) => {
      const policies = policySet(facility.policies)?.policies ?? [];
      const lacks = policies.flatMap(({ id, tiers: all }) =>
        all.flatMap((tier) => {
          const shifts = emptyShifts(facility, tier.who);
          return shifts.length === 0
            ? []
            : [{ tier: `${id}/${tier.id}`, who: rolesOf(tier.who), shifts }];
        }),
      );
      const kinds = Map.groupBy(lacks, ({ who, shifts }) => `${who} ${shifts.join("+")}`);
      return [...kinds.values()].map((same) => {
        const shifts = same[0]?.shifts ?? [];
        const always = shifts.length === Math.max(1, facility.rota.length);
        const list = listed(same.map(({ tier }) => tier));
        const when = always
          ? { zh: "", en: "" }
          : { zh: `${shifts.join("、")} 班次`, en: ` in shift ${shifts.join(", ")}` };
        const who = same[0]?.who ?? "";
        const what = {
          zh: `${facility.facility.id}：${when.zh}层级 ${list} 无人可呼叫（${who}）`,
          en: `${facility.facility.id}: nobody to call${when.en} in ${list} (${who})`,
        };
        const todo = {
          zh: "在 staff 中加入该角色的人员，并排入 rota",
          en: "add somebody of this role to staff, and to the rota",
        };
        // At night a house may have no doctor: then the next tier is called.
        return always ? wrong(what, todo) : note(what, todo);
      });
    }),
};

/** Shifts in which none of these choices finds a person; a choice of people on duty or not fails in every shift. */
function emptyShifts({ staff, rota: shifts }: Facility, who: readonly Who[]): string[] {
  const roleOf = new Map(staff.map(({ id, role }) => [id, role]));
  const finds = (one: Who, shift: Shift | undefined): boolean => {
    if (one.from === "always") return staff.some(({ role }) => fits(one, role));
    if (one.from === "duty_room") return (shift?.duty_room ?? []).length > 0;
    return shift?.people.some((id) => fits(one, roleOf.get(id))) === true;
  };
  const all: readonly (Shift | undefined)[] = shifts.length === 0 ? [undefined] : shifts;
  return all
    .filter((shift) => !who.some((one) => finds(one, shift)))
    .map((shift) => shift?.shift ?? "-");
}

function rolesOf(who: readonly Who[]): string {
  return [...new Set(who.flatMap((one): readonly string[] => one.roles ?? [one.from]))].join("/");
}

function fits({ roles }: Who, role: string | undefined): boolean {
  return roles === undefined || roles.some((name) => name === role);
}

function perFacility(
  scene: Scene,
  look: (facility: Facility) => readonly Finding[],
): readonly Finding[] {
  return scene.facilities.flatMap(({ facility }) => (facility === undefined ? [] : look(facility)));
}
