// Orders live in the cache. Their id is made from what was ordered, so that sending the same order
// twice is one order.
import { env } from "zigttp:env";
import { cacheDelete, cacheGet, cacheSet } from "zigttp:cache";
import { hmacSha256, sha256 } from "zigttp:crypto";
import { priceOf } from "./menu";

export interface Wanted {
  item: string;
  quantity: number;
}

export interface Order extends Wanted {
  id: string;
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

export function place(wanted: Wanted): Order {
  const id = sha256(`${wanted.item} ${wanted.quantity}`).slice(0, 12);
  const total = priceOf(wanted.item) * wanted.quantity;
  const order = { id, ...wanted, total, currency, ...signatureOf(`${id} ${total}`) };
  cacheSet(namespace, id, JSON.stringify(order), lifetime);
  return order;
}

export function cancel(id: string): boolean {
  return cacheDelete(namespace, id);
}

// With a key in the environment, an order carries proof that it was placed here.
function signatureOf(message: string) {
  return signingKey === undefined ? {} : { signature: hmacSha256(signingKey, message) };
}
