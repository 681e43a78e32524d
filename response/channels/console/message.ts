import type { ConsoleNotice } from "../../api/types.ts";
import type { Delivery } from "../channel.ts";

/** What a page of the console shows, and answers with `POST deliveries/{id}/shown`. */
export function consoleNotice({
  id,
  purpose,
  incident,
  severity,
  drill,
  told,
}: Pick<Delivery, "id" | "purpose" | "incident" | "severity" | "drill" | "told">): ConsoleNotice {
  const { title, text, answer } = told;
  return { delivery: id, purpose, incident, severity, drill, title, text, answer };
}
