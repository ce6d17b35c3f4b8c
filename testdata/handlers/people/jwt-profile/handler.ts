// The signed-in user's own profile: read and written under the token's subject.
import { env } from "zigttp:env";
import { cacheGet, cacheSet } from "zigttp:cache";
import { jwtVerify, parseBearer } from "zigttp:auth";
import { routerMatch } from "zigttp:router";

const secret = env("JWT_SECRET") ?? "";

const signedIn = (req) => {
  const verified = jwtVerify(parseBearer(req.headers.authorization) ?? "", secret);
  return verified.ok ? verified.value : undefined;
};

const show = (req) => {
  const claims = signedIn(req);
  if (!claims) return Response.json({ error: "sign in" }, { status: 401 });
  return Response.json({ id: claims.sub, seen: cacheGet("seen", claims.sub) ?? "never" });
};

const touch = (req) => {
  const claims = signedIn(req);
  if (!claims) return Response.json({ error: "sign in" }, { status: 401 });
  cacheSet("seen", claims.sub, claims.iat, 86400);
  return Response.json({ ok: true });
};

const routes = { "GET /me": show, "PUT /me": touch };

export const handler = (req) => {
  const found = routerMatch(routes, req);
  return found ? found.handler(req) : Response.json({ error: "not found" }, { status: 404 });
};
