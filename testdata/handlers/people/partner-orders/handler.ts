// Hands orders over to a partner. Our PIN there is a secret, whatever its name.
import { env } from "zigttp:env";
import { fetch } from "zigttp:fetch";
import { logError } from "zigttp:log";

const partner = {
  url: "https://partner.example.net/api/orders",
  pin: env("PARTNER_PIN") ?? "",
  id: env("PARTNER_ID"),
};

function hand(order: { item: number; quantity: number }) {
  return fetch(`${partner.url}/${order.item}`, {
    method: "PUT",
    headers: { "x-partner-pin": partner.pin, "content-type": "application/json" },
    body: JSON.stringify({ ...order, partner: partner.id }),
  });
}

export function handler(req: Request): Response {
  const sent = req.json();
  const item = Number(sent?.item);
  const quantity = Number(sent?.quantity ?? 1);
  const valid = [item, quantity].every((n) => Number.isInteger(n) && n > 0);
  if (!valid) return Response.json({ error: "item and quantity are numbers" }, { status: 400 });
  const res = hand({ item, quantity });
  if (res.ok) return Response.json({ accepted: true });
  logError(`partner ${partner.id} refused an order`, { status: res.status });
  return Response.json({ accepted: false }, { status: 502 });
}
