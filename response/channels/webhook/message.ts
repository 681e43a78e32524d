/** What is posted to a webhook: Standard Webhooks 1.0 (https://www.standardwebhooks.com), alike on every try. */
import type { Delivery } from "../channel.ts";

/** The body. `answerUrl` makes the address of an answer from its token and the delivery. */
export function webhookMessage(
  delivery: Delivery,
  answerUrl: (token: string, delivery: string) => string,
): string {
  const { title, text, incident, coming, answer, items } = delivery.told;
  const urlOf = (to: typeof answer, id: string) => (to === null ? null : answerUrl(to.token, id));
  return JSON.stringify({
    type: "anhu.call",
    timestamp: new Date(delivery.createdAt).toISOString(),
    data: {
      delivery: delivery.id,
      purpose: delivery.purpose,
      person: delivery.person,
      role: delivery.role,
      facility: delivery.facility,
      drill: delivery.drill,
      severity: delivery.severity,
      title,
      text,
      incident,
      coming,
      answers: answer?.answers ?? [],
      answer_url: urlOf(answer, delivery.id),
      ...(items === undefined
        ? {}
        : {
            items: items.map(({ answer: own, ...item }) => ({
              ...item,
              answers: own?.answers ?? [],
              answer_url: urlOf(own, item.delivery),
            })),
          }),
    },
  });
}
