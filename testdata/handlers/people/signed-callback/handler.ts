// A callback whose body is signed; what it says is kept under a number.
import { env } from "zigttp:env";
import { cacheSet } from "zigttp:cache";
import { verifyWebhookSignature } from "zigttp:auth";

const states = ["paid", "refunded", "failed"];

export function handler(req) {
  if (req.method !== "POST") return Response.text("", { status: 405, headers: { allow: "POST" } });
  const signature = req.headers["x-signature"] ?? "";
  if (!verifyWebhookSignature(req.body ?? "", signature, env("CALLBACK_SECRET") ?? "")) {
    return Response.json({ error: "signature" }, { status: 401 });
  }
  const parsed = JSON.tryParse(req.body ?? "");
  if (!parsed.ok) return Response.json({ error: "body" }, { status: 400 });
  const order = Number(parsed.value?.order);
  const state = states.find((one) => one === parsed.value?.state);
  if (!Number.isInteger(order) || !state) return Response.json({ error: "fields" }, { status: 422 });
  cacheSet("orders", String(order), state, 604800);
  return Response.json({ order, state });
}
