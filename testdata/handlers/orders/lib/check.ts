// What a client may send: {"item": "espresso", "quantity": 2}.
import { items } from "./menu";

const most = 100;

export function checkOrder(body: string) {
  const parsed = JSON.tryParse(body);
  if (!parsed.ok) return refused("the body is not JSON");
  const { item, quantity = 1 } = parsed.value ?? {};
  if (!items.includes(item)) return refused(`item must be one of: ${items.join(", ")}`);
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > most) {
    return refused(`quantity must be a whole number from 1 to ${most}`);
  }
  return { ok: true, value: { item, quantity } };
}

function refused(error: string) {
  return { ok: false, error };
}
