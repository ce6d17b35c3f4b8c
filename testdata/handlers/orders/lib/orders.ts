// Orders live in the cache. Their id is made from what was ordered, so that sending the same order
// twice is one order.
import { env } from "zigttp:env";
import { cacheGet, cacheSet } from "zigttp:cache";
import { hmacSha256, sha256 } from "zigttp:crypto";
import { type Choice } from "./menu";

export interface Order {
  id: string;
  item: string;
  quantity: number;
  total: number;
  currency: string;
  signature?: string;
}

const namespace = "orders";
const day = 24 * 60 * 60;

export const currency = env("ORDERS_CURRENCY") ?? "EUR";
const lifetime = parseInt(env("ORDERS_TTL_SECONDS") ?? `${day}`, 10);
const signingKey = env("ORDERS_SIGNING_KEY");

export function find(id: string): Order | undefined {
  const stored = cacheGet(namespace, id);
  return stored === undefined ? undefined : (JSON.parse(stored) as Order);
}

export function place({ item, price }: Choice, quantity: number): Order {
  const id = sha256(`${item} ${quantity}`).slice(0, 12);
  const total = price * quantity;
  const order = { id, item, quantity, total, currency, ...signatureOf(`${id} ${total}`) };
  cacheSet(namespace, id, JSON.stringify(order), lifetime);
  return order;
}

// With a key in the environment, an order carries proof that it was placed here.
function signatureOf(message: string) {
  return signingKey === undefined ? {} : { signature: hmacSha256(signingKey, message) };
}
