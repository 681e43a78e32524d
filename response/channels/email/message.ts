/** A call as plain text, in one language: what, where, who is coming, and where to answer. */
import type { Name } from "@anhu/core/facility";
import type { Delivery } from "../channel.ts";
import type { ToldItem } from "../told.ts";

export type Language = "zh" | "en";

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** The page on which an answer is given; it shows those that make sense. */
export type AnswerPage = (answer: {
  readonly token: string;
  readonly answers: readonly string[];
}) => string;

export interface MailOptions {
  readonly language: Language;
  /** Of the facility: when it was is said in its time. */
  readonly timezone: string;
  readonly answerPage: AnswerPage;
}

interface Words {
  readonly where: string;
  readonly since: string;
  readonly coming: string;
  readonly answer: string;
  readonly signature: string;
  readonly locale: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    where: "地点：",
    since: "发生时间：",
    coming: "正在赶来：",
    answer: "请在此回应：",
    signature: "安护系统自动发送，请勿回复本邮件。",
    locale: "zh-CN",
  },
  en: {
    where: "Where: ",
    since: "Since: ",
    coming: "On their way: ",
    answer: "Answer here: ",
    signature: "Sent by Anhu. Replies to this mail are not read.",
    locale: "en-GB",
  },
};

export function mailOf({ told, createdAt }: Delivery, options: MailOptions): Mail {
  const { language, answerPage } = options;
  const words = WORDS[language];
  const { title, incident, coming, answer, items } = told;
  const lines = [
    ...(items === undefined ? [told.text[language]] : items.map((item) => itemLine(item, options))),
    "",
    ...(incident === null ? [] : [words.where + place(incident, language)]),
    words.since + timeOf(incident?.opened_at ?? createdAt, options),
    ...(coming.length === 0 ? [] : [words.coming + coming.map(({ person }) => person).join(", ")]),
    ...(answer === null ? [] : ["", words.answer, answerPage(answer)]),
    "",
    "-- ",
    words.signature,
  ];
  return { subject: title[language], text: `${lines.join("\n")}\n` };
}

function place(
  { room_name, floor_name }: { readonly room_name: Name; readonly floor_name: Name | null },
  language: Language,
): string {
  const parts = [...(floor_name === null ? [] : [floor_name[language]]), room_name[language]];
  return parts.join(language === "zh" ? "，" : ", ");
}

function itemLine(
  { title, text, answer }: ToldItem,
  { language, answerPage }: MailOptions,
): string {
  const link = answer === null ? "" : `\n  ${answerPage(answer)}`;
  return `- ${title[language]}: ${text[language]}${link}`;
}

function timeOf(at: number, { language, timezone }: MailOptions): string {
  return new Intl.DateTimeFormat(WORDS[language].locale, {
    timeZone: timezone,
    dateStyle: "medium",
    timeStyle: "medium",
  }).format(at);
}
