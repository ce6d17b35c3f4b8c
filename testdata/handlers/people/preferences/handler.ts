// Preferences of a user: GET, and PATCH that changes only what is sent.
import { cacheGet, cacheSet } from "zigttp:cache";
import { routerMatch } from "zigttp:router";

const defaults = { theme: "system", language: "en", perPage: 20, digest: true };
const themes = ["light", "dark", "system"];

const load = (user: string) => ({ ...defaults, ...JSON.parse(cacheGet("preferences", user) ?? "{}") });

function changes(body) {
  const out = {};
  const theme = themes.find((one) => one === body.theme);
  if (theme !== undefined) out.theme = theme;
  if (body.perPage !== undefined) out.perPage = Math.min(Number(body.perPage), 100);
  if (body.digest !== undefined) out.digest = body.digest === true;
  return out;
}

const routes = {
  "GET /users/:id/preferences": (user) => Response.json(load(user)),
  "PATCH /users/:id/preferences": (user, body) => {
    const next = { ...load(user), ...changes(body ?? {}) };
    cacheSet("preferences", user, JSON.stringify(next), 0);
    return Response.json(next);
  },
};

export const handler = (req) => {
  const found = routerMatch(routes, req);
  if (!found) return Response.json({ error: "not found" }, { status: 404 });
  const id = parseInt(found.params.id, 10);
  return Number.isNaN(id)
    ? Response.json({ error: "id must be a number" }, { status: 400 })
    : found.handler(String(id), req.json());
};
