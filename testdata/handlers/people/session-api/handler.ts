// Sessions for a single-page app: log in, who am I, log out.
import { env } from "zigttp:env";
import { routerMatch } from "zigttp:router";
import { cacheDelete, cacheGet, cacheSet } from "zigttp:cache";
import { sha256 } from "zigttp:crypto";
import { parseCookies, setCookie } from "zigttp:http";
import { nanoid } from "zigttp:id";

const users = [
  { name: "ada", hash: env("ADA_PASSWORD_HASH") },
  { name: "grace", hash: env("GRACE_PASSWORD_HASH") },
];
const cookie = { httpOnly: true, secure: true, sameSite: "Strict", path: "/" };

const unauthorized = (error: string) => Response.json({ error }, { status: 401 });
const sessionId = (req) => parseCookies(req.headers.cookie ?? "").session ?? "";

function create(req) {
  const { name, password } = req.json() ?? {};
  const user = users.find((u) => u.name === name && u.hash === sha256(String(password)));
  if (user === undefined) return unauthorized("wrong name or password");
  const id = nanoid(32);
  cacheSet("sessions", id, user.name, 3600);
  return Response.json(
    { user: user.name },
    { status: 201, headers: { "set-cookie": setCookie("session", id, { ...cookie, maxAge: 3600 }) } },
  );
}

function show(req) {
  const user = cacheGet("sessions", sessionId(req));
  return user === undefined ? unauthorized("log in first") : Response.json({ user });
}

function destroy(req) {
  cacheDelete("sessions", sessionId(req));
  const expired = setCookie("session", "", { ...cookie, maxAge: 0 });
  return Response.text("", { status: 204, headers: { "set-cookie": expired } });
}

const routes = {
  "POST /session": create,
  "GET /session": show,
  "DELETE /session": destroy,
};

export function handler(req: Request): Response {
  const route = routerMatch(routes, req);
  if (!route) return Response.json({ error: "not found" }, { status: 404 });
  return route.handler(req);
}
