// Takes orders for coffee. Everything it needs has a default, so it starts without a .env file.
import { routerMatch } from "zigttp:router";
import { logInfo } from "zigttp:log";
import { cancel, currency, find, place } from "./lib/orders";
import { checkOrder } from "./lib/check";
import { created, invalid, missing } from "./lib/answers";

function health() {
  return Response.json({ status: "ok", currency });
}

function showOrder(req) {
  const order = find(req.params.id);
  return order === undefined ? missing("order") : Response.json(order);
}

function placeOrder(req) {
  const checked = checkOrder(req.body ?? "");
  if (!checked.ok) return invalid(checked.error);
  const order = place(checked.value);
  logInfo("order placed");
  return created(`/orders/${order.id}`, order);
}

function cancelOrder(req) {
  return cancel(req.params.id) ? Response.json({ cancelled: true }) : missing("order");
}

const routes = {
  "GET /health": health,
  "GET /orders/:id": showOrder,
  "POST /orders": placeOrder,
  "DELETE /orders/:id": cancelOrder,
};

export function handler(req: Request): Response {
  const found = routerMatch(routes, req);
  if (found === undefined) return missing("page");
  req.params = found.params;
  return found.handler(req);
}
