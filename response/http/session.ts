/**
 * `/api/v1/session`: GET who is signed in; POST {login, password} signs in; DELETE signs out; PATCH {language} and
 * POST `password` {current, password} change one's own account; POST `join` {token, login?, name?, password, language?} uses a one-time link;
 * POST `link` {token} looks at one and leaves it as it is.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { LOCAL } from "../access/api-token.ts";
import type { AccountResult } from "../access/accounts.ts";
import { join, seeLink } from "../access/links.ts";
import type { LinkSeen } from "../access/links.ts";
import type { Session } from "../access/sessions.ts";
import { changePassword, signIn, signOut } from "../access/sign-in.ts";
import type { SignedIn } from "../access/sign-in.ts";
import type * as api from "../api/types.ts";
import { updateUser } from "../store/users.ts";
import { clearCookie, setCookie } from "./cookie.ts";
import { sendProblem, sendRefusal } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";
import { userView } from "./users.ts";

const Text = Type.String({ minLength: 1, maxLength: 128, pattern: "^[^\\p{Cc}\\p{Cs}]*$" });
/** Longer than any that is taken, so that it is refused in words. */
const Password = Type.String({ minLength: 1, maxLength: 1_024 });
const Language = Type.Union([Type.Literal("zh"), Type.Literal("en")]);
const closed = { additionalProperties: false };
const SignInBody = Type.Object({ login: Text, password: Password }, closed);
const PasswordBody = Type.Object({ current: Password, password: Password }, closed);
const ChangeBody = Type.Object({ language: Language }, closed);
const LinkBody = Type.Object({ token: Text }, closed);
const JoinBody = Type.Object(
  {
    token: Text,
    login: Type.Optional(Text),
    name: Type.Optional(Text),
    password: Password,
    language: Type.Optional(Language),
  },
  closed,
);

/** How this machine's own tools see themselves. */
const LOCAL_USER: api.UserView = {
  id: "local",
  login: "local",
  name: LOCAL.name,
  role: LOCAL.role,
  scope: LOCAL.scope,
  person: null,
  language: LOCAL.language,
  disabled: false,
  joined: true,
};
/** The last time that a Date can hold (ECMA-262, 21.4.1.1): the API token has no end. */
const LAST_TIME = 8_640_000_000_000_000;

const SESSION = "/api/v1/session";
const PUBLIC = { access: "public" } as const;
const SIGNED_IN = { access: "signed-in" } as const;

export function sessionRoutes(server: Server, options: HttpOptions): void {
  const { db, clock, sessions, demo } = options;

  server.get(SESSION, { config: SIGNED_IN }, ({ session }) => view(session));

  const signing = { config: PUBLIC, schema: { body: SignInBody } } as const;
  server.post(SESSION, signing, async (request, reply) =>
    begin(request, reply, await signIn(options, { ...request.body, ...from(request) })),
  );

  const looking = { config: PUBLIC, schema: { body: LinkBody } } as const;
  server.post(`${SESSION}/link`, looking, async ({ body }, reply) => {
    const seen = await seeLink(options, body.token);
    return seen.ok ? linkView(seen.value) : sendRefusal(reply, seen.error);
  });

  const joining = { config: PUBLIC, schema: { body: JoinBody } } as const;
  server.post(`${SESSION}/join`, joining, async (request, reply) =>
    begin(request, reply, await join(options, { ...request.body, ...from(request) })),
  );

  server.delete(SESSION, { config: SIGNED_IN }, async (request, reply) => {
    if (request.session !== null) await signOut(options, request.session);
    clearCookie(request, reply);
    return reply.code(204).send();
  });

  const changing = { config: SIGNED_IN, schema: { body: ChangeBody } } as const;
  server.patch(SESSION, changing, async ({ session, body }) => {
    if (session === null) return view(null);
    const user = await db.transaction().execute((tx) => updateUser(tx, session.user.id, body));
    return view({ ...session, user });
  });

  const password = { config: SIGNED_IN, schema: { body: PasswordBody } } as const;
  server.post(`${SESSION}/password`, password, async (request, reply) => {
    const { session, body, ip } = request;
    if (session === null) return sendProblem(reply, "not_allowed", "the API token has no password");
    const changed = await changePassword(options, { ...body, session, address: ip });
    return changed.ok ? reply.code(204).send() : sendRefusal(reply, changed.error);
  });

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    result: AccountResult<SignedIn>,
  ): Promise<api.Session | FastifyReply> {
    if (!result.ok) return sendRefusal(reply, result.error);
    const { token, session } = result.value;
    // Who signs in anew in one browser leaves nothing open behind.
    if (request.session !== null) await sessions.end(request.session.tokenHash);
    setCookie(request, reply, { token, maxAgeMs: session.expiresAt - clock.wall() });
    return view(session);
  }

  function view(session: Session | null): api.Session {
    if (session === null) return { user: LOCAL_USER, demo, expires_at: LAST_TIME };
    return { user: userView(session.user), demo, expires_at: session.expiresAt };
  }
}

function linkView({ purpose, user, expires_at }: LinkSeen): api.LinkView {
  return { purpose, login: user?.login ?? null, name: user?.name ?? null, expires_at };
}

function from({ ip, headers }: FastifyRequest): { address: string; agent: string } {
  return { address: ip, agent: headers["user-agent"] ?? "" };
}
