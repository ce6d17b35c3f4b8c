// Sign in with a provider that takes the client secret in the body of the token call.
import { env } from "zigttp:env";
import { fetch } from "zigttp:fetch";

const settings = {
  id: env("GITHUB_CLIENT_ID"),
  secret: env("GITHUB_CLIENT_SECRET"),
};

const json = { accept: "application/json", "content-type": "application/json" };

function accessToken(code: string): string | undefined {
  const res = fetch("https://github.com/login/oauth/access_token", {
    method: "POST",
    headers: json,
    body: JSON.stringify({ client_id: settings.id, client_secret: settings.secret, code }),
  });
  return res.ok ? res.json()?.access_token : undefined;
}

function profile(token: string) {
  const res = fetch("https://api.github.com/user", {
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
  });
  return res.ok ? res.json() : undefined;
}

const fail = (error: string, status = 502) => Response.json({ error }, { status });

export function handler(req: Request): Response {
  if (req.path !== "/auth/github") return fail("not found", 404);
  if (!req.query.code) {
    return Response.redirect(`https://github.com/login/oauth/authorize?client_id=${settings.id ?? ""}`);
  }
  const token = accessToken(req.query.code);
  if (!token) return fail("the code was not accepted");
  const user = profile(token);
  if (!user) return fail("the profile cannot be read");
  const { login, name } = user;
  return Response.json({ login, name });
}
