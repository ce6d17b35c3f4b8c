// Sign in with an identity provider: authorization code flow, the client authenticated by header.
import { env } from "zigttp:env";
import { cacheGet, cacheSet } from "zigttp:cache";
import { base64Encode } from "zigttp:crypto";
import { fetch } from "zigttp:fetch";
import { setCookie } from "zigttp:http";
import { uuid } from "zigttp:id";
import { logError } from "zigttp:log";

const issuer = "https://id.example.com";
const clientId = env("OAUTH_CLIENT_ID") ?? "demo";
const clientSecret = env("OAUTH_CLIENT_SECRET");
const redirectUri = env("OAUTH_REDIRECT_URI") ?? "http://localhost:3000/callback";

function start() {
  const state = uuid();
  cacheSet("oauth-states", state, "pending", 600);
  const query = [
    "response_type=code",
    `client_id=${encodeURIComponent(clientId)}`,
    `redirect_uri=${encodeURIComponent(redirectUri)}`,
    `state=${state}`,
  ].join("&");
  return Response.redirect(`${issuer}/authorize?${query}`);
}

function exchange(code: string) {
  const res = fetch(`${issuer}/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${base64Encode(`${clientId}:${clientSecret}`)}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: `grant_type=authorization_code&code=${encodeURIComponent(code)}`,
  });
  if (!res.ok) {
    logError("token endpoint failed", { status: res.status });
    return undefined;
  }
  return res.json()?.id_token;
}

function callback(req) {
  const { code, state } = req.query;
  if (!code || !state || cacheGet("oauth-states", state) !== "pending") {
    return Response.json({ error: "bad state" }, { status: 400 });
  }
  const token = exchange(code);
  if (token === undefined) return Response.json({ error: "sign-in failed" }, { status: 502 });
  const sid = uuid();
  cacheSet("sessions", sid, token, 3600);
  const response = Response.redirect("/", 303);
  response.headers.set("set-cookie", setCookie("sid", sid, { httpOnly: true, secure: true }));
  return response;
}

export const handler = (req) => {
  switch (req.path) {
    case "/login":
      return start();
    case "/callback":
      return callback(req);
    default:
      return Response.json({ error: "not found" }, { status: 404 });
  }
};
