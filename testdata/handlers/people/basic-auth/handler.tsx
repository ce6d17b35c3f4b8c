// An admin page behind basic auth: what is stored can be looked at and thrown away.
import { env } from "zigttp:env";
import { cacheDelete, cacheGet } from "zigttp:cache";
import { base64Encode } from "zigttp:crypto";
import { guard } from "zigttp:compose";
import { logWarn } from "zigttp:log";

const user = env("ADMIN_USER") ?? "admin";
const password = env("ADMIN_PASSWORD");
const keys = ["banner", "motd", "footer"];

function authenticate(req) {
  const sent = req.headers.get("authorization");
  if (password && sent === `Basic ${base64Encode(`${user}:${password}`)}`) return undefined;
  if (sent !== null) logWarn("admin: wrong password");
  return Response.text("Sign in", {
    status: 401,
    headers: { "www-authenticate": 'Basic realm="admin", charset="UTF-8"' },
  });
}

const Entry = ({ name, value }) => (
  <section>
    <h2>{name}</h2>
    {value === undefined ? <em>empty</em> : <pre>{value}</pre>}
    <form method="post" action={`/clear?key=${name}`}>
      <button disabled={value === undefined}>Clear</button>
    </form>
  </section>
);

function admin(req) {
  if (req.method === "POST" && req.path === "/clear") {
    const key = keys.find((one) => one === req.query.key);
    if (!key) return Response.text("no such key", { status: 400 });
    cacheDelete("content", key);
    return Response.redirect("/", 303);
  }
  return Response.html(
    <main>
      {keys.map((name) => (
        <Entry name={name} value={cacheGet("content", name)} />
      ))}
    </main>,
  );
}

export const handler = guard(authenticate) |> admin;
