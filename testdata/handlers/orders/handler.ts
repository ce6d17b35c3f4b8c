// Takes orders for coffee. Everything it needs has a default, so it starts without a .env file.
import { routerMatch } from "zigttp:router";
import { logInfo } from "zigttp:log";
import { currency, find, place } from "./lib/orders";
import { menu, onMenu } from "./lib/menu";
import { created, invalid, missing } from "./lib/answers";

const most = 100;

function health() {
  return Response.json({ status: "ok", currency });
}

function showMenu() {
  return Response.json({ currency, menu });
}

function showOrder(req) {
  const order = find(req.params.id);
  return order === undefined ? missing("order") : Response.json(order);
}

// Takes {"item": "espresso", "quantity": 2}.
function placeOrder(req) {
  const parsed = JSON.tryParse(req.body ?? "");
  if (!parsed.ok) return invalid("the body is not JSON");
  const wanted = parsed.value ?? {};
  const choice = onMenu(wanted.item);
  if (choice === undefined) return invalid("there is no such item on the menu");
  const quantity = Number(wanted.quantity ?? 1);
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > most) {
    return invalid(`quantity must be a whole number from 1 to ${most}`);
  }
  const order = place(choice, quantity);
  logInfo("order placed");
  return created(`/orders/${encodeURIComponent(order.id)}`, order);
}

const routes = {
  "GET /health": health,
  "GET /menu": showMenu,
  "GET /orders/:id": showOrder,
  "POST /orders": placeOrder,
};

export function handler(req: Request): Response {
  const found = routerMatch(routes, req);
  if (found === undefined) return missing("page");
  req.params = found.params;
  return found.handler(req);
}
