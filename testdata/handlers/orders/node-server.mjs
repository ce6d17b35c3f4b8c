// The same service on node's own http module, for comparison.
import { createServer } from "node:http";
import { createHash, createHmac } from "node:crypto";

const menu = [
  { item: "espresso", price: 220 },
  { item: "cappuccino", price: 340 },
  { item: "flat white", price: 360 },
];
const currency = process.env.ORDERS_CURRENCY ?? "EUR";
const signingKey = process.env.ORDERS_SIGNING_KEY;
const orders = new Map();

function send(response, status, value, headers = {}) {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function place(response, body) {
  let wanted;
  try {
    wanted = JSON.parse(body) ?? {};
  } catch {
    return send(response, 400, { error: "the body is not JSON" });
  }
  const choice = menu.find((one) => one.item === wanted.item);
  if (!choice) return send(response, 400, { error: "there is no such item on the menu" });
  const { item, price } = choice;
  const quantity = Number(wanted.quantity ?? 1);
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > 100) {
    return send(response, 400, { error: "quantity must be a whole number from 1 to 100" });
  }
  const id = createHash("sha256").update(`${item} ${quantity}`).digest("hex").slice(0, 12);
  const order = { id, item, quantity, total: price * quantity, currency };
  if (signingKey !== undefined) {
    const message = `${id} ${order.total}`;
    order.signature = createHmac("sha256", signingKey).update(message).digest("hex");
  }
  orders.set(id, JSON.stringify(order));
  send(response, 201, order, { location: `/orders/${id}` });
}

const server = createServer((request, response) => {
  const path = request.url.split("?", 1)[0];
  if (request.method === "GET" && path === "/health") {
    return send(response, 200, { status: "ok", currency });
  }
  if (request.method === "GET" && path === "/menu") {
    return send(response, 200, { currency, menu });
  }
  if (request.method === "POST" && path === "/orders") {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part) => (body += part));
    request.on("end", () => place(response, body));
    return;
  }
  const id = path.startsWith("/orders/") ? path.slice("/orders/".length) : undefined;
  if (id && !id.includes("/") && request.method === "GET") {
    const stored = orders.get(id);
    return stored === undefined
      ? send(response, 404, { error: "no such order" })
      : send(response, 200, JSON.parse(stored));
  }
  send(response, 404, { error: "no such page" });
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
