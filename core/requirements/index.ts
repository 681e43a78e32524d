/**
 * What the plans ask for: five public documents, named by their short form.
 * FJ: Fujian Province, 14th Five-Year civil-affairs plan (2021-2025); BX: Benxi City, the same plan of the city;
 * PT: Putian City civil-affairs bureau, work priorities for 2022; FX: Fujian, 15 measures for rural revitalisation;
 * JD: Jingdezhen City, 14th Five-Year civil-affairs plan.
 */
export interface Requirement {
  readonly id: string;
  /** Document and section. */
  readonly clause: string;
  /** The plan's own word where there is one. */
  readonly zh: string;
  readonly en: string;
}

export const REQUIREMENTS: readonly Requirement[] = [
  need("R01", "PT 13", "智慧消防", "smart fire protection in elderly-care institutions"),
  need(
    "R02",
    "FJ 8.6, PT 43",
    "消防安全整治",
    "facilities meet the fire code: every detector alive, powered, tested, not shielded",
  ),
  need(
    "R03",
    "FJ 5.3, FJ 8.6, JD 6.4",
    "风险分级管控、隐患排查治理",
    "graded control of risk; hidden dangers found and fixed by the facility itself",
  ),
  need(
    "R04",
    "FJ 5.3, box 11.9, JD 5.3",
    "分层分类、平战结合、高效协作",
    "emergency rescue in tiers, with regional rescue centres",
  ),
  need("R05", "JD 5.3, PT 43", "突发公共事件预案", "response plans per class of event"),
  need("R06", "FJ box 11.9, JD 5.3, JD 6.4", "定期分类开展应急演练", "regular drills, by class"),
  need(
    "R07",
    "JD 5.3",
    "应急响应先期处置队伍",
    "a trained first-response team: who was called, answered, arrived, when",
  ),
  need(
    "R08",
    "FJ 5.3, PT 43, JD 5.3",
    "应急物资、隔离场所",
    "emergency supplies and isolation facilities in place",
  ),
  need(
    "R09",
    "FJ 8.6, JD 6.4",
    "健康监测、四早",
    "health monitoring; early detection, reporting, isolation, treatment",
  ),
  need(
    "R10",
    "FJ 5.4, BX 4.4",
    "可穿戴、便携式监测、居家养老监护",
    "wearable, portable and home monitoring devices",
  ),
  need(
    "R11",
    "FJ 5.2, PT 12, BX 4.2, JD 5.2",
    "家庭养老床位",
    "home-care beds; institutions rescue people at home",
  ),
  need(
    "R12",
    "FJ 2.1, FJ 5.1, FX, JD 5.2",
    "一人一策",
    "regular visits to the old in special difficulty, one plan per person",
  ),
  need("R13", "JD 5.3, FJ 5.2", "失智照护单元", "care units for dementia and disability"),
  need(
    "R14",
    "PT 15, FJ 5.4",
    "信息交互、统一监管",
    "institutions, care centres and rural homes linked and supervised as one",
  ),
  need(
    "R15",
    "FJ 5.3",
    "监管信息联动共享",
    "civil affairs, fire, food-safety and health supervision share information",
  ),
  need(
    "R16",
    "FJ 8.2, PT 27",
    "双随机、一公开",
    "random selection of whom to inspect and who inspects",
  ),
  need(
    "R17",
    "FJ 8.6, JD 6.4",
    "安全生产责任制、三个必须",
    "safety responsibility: a history that nobody can change unseen",
  ),
  need(
    "R18",
    "FJ 5.3, PT 13",
    "服务质量监测、星级评定",
    "service-quality monitoring and star grading",
  ),
  need("R19", "FJ 5.4, FJ 8.6", "中央厨房、食品安全隐患", "kitchens: gas, cold chain, fire"),
  need(
    "R20",
    "BX 5.2, FJ 2.3-2.4",
    "救助站、儿童福利、精神卫生福利机构",
    "the same safety for every kind of welfare facility",
  ),
  need(
    "R21",
    "FJ 8.4, JD 6.2",
    "数字化、网络化、可视化、智慧化",
    "unified data standards, sharing, visualisation",
  ),
  need(
    "R22",
    "FJ 1.2, FJ 8.6, JD 6.4",
    "疫情防控、区域互助",
    "infection control inside institutions; help across regions",
  ),
  need("R23", "FJ 5.2, JD 1.4, BX 4.2", "护理型床位", "beds and nursing beds as tracked figures"),
];

/** The ids that no rule and no policy serves yet, but what comes later: a test holds this list and both together to be every id, once. */
export const NOT_YET: readonly string[] =
  "R05 R06 R08 R09 R12 R13 R14 R15 R16 R17 R18 R20 R21 R22 R23".split(" ");

interface Serves {
  readonly id: string;
  readonly requirements: readonly string[];
}

/** For each requirement id, the ids of the rules and policies that serve it: the inspector's "which clause is this for?", read backwards. */
export function servedBy(
  rules: readonly Serves[],
  policies: readonly Serves[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    REQUIREMENTS.map(({ id }) => [
      id,
      [...rules, ...policies]
        .filter(({ requirements }) => requirements.includes(id))
        .map((serving) => serving.id),
    ]),
  );
}

function need(id: string, clause: string, zh: string, en: string): Requirement {
  return { id, clause, zh, en };
}
