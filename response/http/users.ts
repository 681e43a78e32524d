/**
 * `/api/v1/users`: GET the users that one is in charge of, POST adds and invites one, PATCH `{id}` changes one, POST `{id}/link` invites again.
 * A link is `#/join/TOKEN`, to be put behind the console's address; it is told once.
 */
import { Type } from "typebox";
import { ROLES } from "../access/model.ts";
import { inCharge } from "../access/scope.ts";
import { addUser, changeUser, inviteAgain } from "../access/users.ts";
import type * as api from "../api/types.ts";
import { listUsers } from "../store/users.ts";
import type { UserRow } from "../store/users.ts";
import { sendRefusal } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const Text = Type.String({ minLength: 1, maxLength: 128, pattern: "^[^\\p{Cc}\\p{Cs}]*$" });
const closed = { additionalProperties: false };
const fields = {
  name: Text,
  role: Type.Union(ROLES.map((role) => Type.Literal(role))),
  scope: Type.Object(
    {
      kind: Type.Union([Type.Literal("all"), Type.Literal("region"), Type.Literal("facility")]),
      of: Type.String({ maxLength: 32 }),
    },
    closed,
  ),
  person: Type.Union([Type.Null(), Text]),
  language: Type.Union([Type.Literal("zh"), Type.Literal("en")]),
};
const Draft = Type.Object(
  {
    login: Text,
    ...fields,
    person: Type.Union([Type.Null(), Text], { default: null }),
    language: Type.Union([Type.Literal("zh"), Type.Literal("en")], { default: "zh" }),
  },
  closed,
);
const Change = Type.Partial(Type.Object({ ...fields, disabled: Type.Boolean() }, closed));
const IdParams = Type.Object({ id: Type.String({ maxLength: 32 }) });
const Page = Type.Object(
  {
    cursor: Type.String({ maxLength: 128, default: "" }),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 200 }),
  },
  closed,
);

const USERS = "/api/v1/users";
const READ = { access: "users.read" } as const;
const WRITE = { access: "users.write" } as const;

export function userRoutes(server: Server, options: HttpOptions): void {
  const listing = { config: READ, schema: { querystring: Page } } as const;
  server.get(USERS, listing, async ({ principal, query }) => {
    const { cursor, limit } = query;
    const page = { where: inCharge(principal), after: cursor, limit: limit + 1 };
    const found = await listUsers(options.db, page);
    const items = found.slice(0, limit);
    return {
      items: items.map(userView),
      cursor: found.length > limit ? (items.at(-1)?.login ?? null) : null,
    };
  });

  const adding = { config: WRITE, schema: { body: Draft } } as const;
  server.post(USERS, adding, async ({ principal, body }, reply) => {
    const added = await addUser(options, principal, body);
    if (!added.ok) return sendRefusal(reply, added.error);
    const { user, token } = added.value;
    return reply.code(201).send({ user: userView(user), link: linkOf(token) });
  });

  const changing = { config: WRITE, schema: { params: IdParams, body: Change } } as const;
  server.patch(`${USERS}/:id`, changing, async ({ principal, params, body }, reply) => {
    const changed = await changeUser(options, principal, { id: params.id, change: body });
    return changed.ok ? userView(changed.value) : sendRefusal(reply, changed.error);
  });

  const inviting = { config: WRITE, schema: { params: IdParams } } as const;
  server.post(`${USERS}/:id/link`, inviting, async ({ principal, params }, reply) => {
    const invited = await inviteAgain(options, principal, params.id);
    return invited.ok ? { link: linkOf(invited.value) } : sendRefusal(reply, invited.error);
  });
}

export function userView(user: UserRow): api.UserView {
  const { id, login, name, role, scope_kind: kind, scope: of, person, language } = user;
  return {
    id,
    login,
    name,
    role,
    scope: { kind, of },
    person,
    language,
    disabled: user.disabled === 1,
    joined: user.password !== null,
  };
}

function linkOf(token: string): string {
  return `#/join/${token}`;
}
