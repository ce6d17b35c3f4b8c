// Double opt-in: subscribe sends a link, the link confirms.
import { env } from "zigttp:env";
import { cacheSet } from "zigttp:cache";
import { hmacSha256 } from "zigttp:crypto";
import { fetch } from "zigttp:fetch";
import { logError, logInfo } from "zigttp:log";
import { mask } from "zigttp:text";

const signingKey = env("NEWSLETTER_SIGNING_KEY") ?? "";
const mailKey = env("MAIL_API_KEY") ?? "";
const base = env("PUBLIC_BASE_URL") ?? "http://localhost:3000";

const normal = (email: unknown) => String(email ?? "").trim().toLowerCase();
const tokenFor = (email: string) => hmacSha256(signingKey, email).slice(0, 32);

function subscribe(req) {
  const email = normal(req.json()?.email);
  if (!email.includes("@")) return Response.json({ error: "not an address" }, { status: 400 });
  const link = `${base}/confirm?email=${encodeURIComponent(email)}&token=${tokenFor(email)}`;
  const res = fetch("https://api.mail.example.com/v3/send", {
    method: "POST",
    headers: { authorization: `Bearer ${mailKey}`, "content-type": "application/json" },
    body: JSON.stringify({ to: email, template: "confirm", data: { link } }),
  });
  if (!res.ok) {
    logError("confirmation was not sent");
    return Response.json({ error: "try again later" }, { status: 503 });
  }
  logInfo("confirmation sent", { to: mask(email, 3) });
  return Response.json({ sent: true }, { status: 202 });
}

function confirm({ query }) {
  const email = normal(query.email);
  if (query.token !== tokenFor(email)) return Response.text("The link is not valid.", { status: 403 });
  cacheSet("subscribers", email, "confirmed", 0);
  return Response.text("Thank you, you are subscribed.");
}

export function handler(req: Request): Response {
  if (req.path === "/subscribe" && req.method === "POST") return subscribe(req);
  if (req.path === "/confirm") return confirm(req);
  return Response.text("not found", { status: 404 });
}
