// A login form and the page behind it. Sessions are cache entries under a random id.
import { env } from "zigttp:env";
import { cacheGet, cacheSet } from "zigttp:cache";
import { sha256 } from "zigttp:crypto";
import { parseCookies, setCookie } from "zigttp:http";
import { uuid } from "zigttp:id";
import { logWarn } from "zigttp:log";
import { urlSearchParams } from "zigttp:url";

const passwordHash = env("ADMIN_PASSWORD_SHA256");
const sessionSeconds = 8 * 60 * 60;

function Layout({ title, children }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
      </head>
      <body>{children}</body>
    </html>
  );
}

function LoginPage({ error }: { error?: string }) {
  return (
    <Layout title="Sign in">
      {error && <p role="alert">{error}</p>}
      <form method="post" action="/login">
        <input type="password" name="password" autocomplete="current-password" required />
        <button>Sign in</button>
      </form>
    </Layout>
  );
}

function currentUser(req): string | undefined {
  const { sid } = parseCookies(req.headers.cookie ?? "");
  return sid === undefined ? undefined : cacheGet("sessions", sid);
}

function login(req) {
  const form = urlSearchParams(req.body ?? "");
  if (passwordHash === undefined || sha256(form.password ?? "") !== passwordHash) {
    logWarn("login failed");
    return Response.html(<LoginPage error="That is not the password." />, { status: 401 });
  }
  const sid = uuid();
  cacheSet("sessions", sid, "admin", sessionSeconds);
  const response = Response.redirect("/", 303);
  const options = { httpOnly: true, secure: true, sameSite: "Lax", maxAge: sessionSeconds, path: "/" };
  response.headers.set("set-cookie", setCookie("sid", sid, options));
  return response;
}

export default function handler(req: Request): Response {
  if (req.path === "/login" && req.method === "POST") return login(req);
  if (req.path === "/login") return Response.html(<LoginPage />);
  const user = currentUser(req);
  if (!user) return Response.redirect("/login");
  return Response.html(
    <Layout title="Home">
      <p>Signed in as {user}.</p>
    </Layout>,
  );
}
