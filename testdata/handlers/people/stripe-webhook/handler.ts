// Events of a payment provider: signature checked, each kind of event handled, repeats are harmless.
import { env } from "zigttp:env";
import { cacheSet } from "zigttp:cache";
import { hmacSha256 } from "zigttp:crypto";
import { logInfo, logWarn } from "zigttp:log";

const secret = env("STRIPE_WEBHOOK_SECRET") ?? "";
const month = 30 * 24 * 60 * 60;

function signatureIsRight(req): boolean {
  const parts = (req.headers["stripe-signature"] ?? "").split(",");
  const value = (key: string) => parts.find((p) => p.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
  return hmacSha256(secret, `${value("t")}.${req.body ?? ""}`) === value("v1");
}

function apply(event) {
  const { id, customer } = event.data?.object ?? {};
  switch (event.type) {
    case "invoice.paid":
      cacheSet("subscriptions", String(customer), "active", month);
      return "recorded";
    case "invoice.payment_failed":
      cacheSet("subscriptions", String(customer), "past_due", month);
      return "recorded";
    case "customer.subscription.deleted":
      cacheSet("subscriptions", String(customer), "canceled", month);
      cacheSet("cancellations", String(id), "yes", month);
      return "recorded";
    default:
      return "ignored";
  }
}

export default (req) => {
  if (req.method !== "POST") return Response.text("POST only", { status: 405 });
  if (secret === "") return Response.text("not configured", { status: 503 });
  if (!signatureIsRight(req)) {
    logWarn("webhook with a bad signature");
    return Response.text("bad signature", { status: 400 });
  }
  const event = JSON.tryParse(req.body ?? "");
  if (!event.ok) return Response.text("not JSON", { status: 400 });
  const outcome = apply(event.value);
  logInfo("webhook", { outcome });
  return Response.json({ received: true, outcome });
};
