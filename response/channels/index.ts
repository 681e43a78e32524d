/** Every way to reach people: one line each. docs/how-to/add-a-channel.md says how to add one. */
import type { Channel } from "./channel.ts";
import { openConsole } from "./console/channel.ts";
import type { ConsoleOptions } from "./console/channel.ts";
import { openEmail } from "./email/channel.ts";
import type { EmailOptions } from "./email/channel.ts";
import { openSiren } from "./siren/channel.ts";
import type { SirenOptions } from "./siren/channel.ts";
import { openWebhook } from "./webhook/channel.ts";
import type { WebhookOptions } from "./webhook/channel.ts";

/** What the channels are made of, together. */
export type ChannelParts = WebhookOptions & EmailOptions & ConsoleOptions & SirenOptions;

const CHANNELS: readonly ((parts: ChannelParts) => Channel)[] = [
  openWebhook,
  openEmail,
  openConsole,
  openSiren,
];

export function openChannels(parts: ChannelParts): readonly Channel[] {
  return CHANNELS.map((open) => open(parts));
}
