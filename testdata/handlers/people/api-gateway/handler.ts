// Passes requests of signed-in clients on to two services, with the headers they need.
import { fetch } from "zigttp:fetch";
import { guard } from "zigttp:compose";
import { uuid } from "zigttp:id";
import { logInfo } from "zigttp:log";

const services = {
  orders: (id: number) => `https://orders.internal.example.com/v1/orders/${id}`,
  invoices: (id: number) => `https://billing.internal.example.com/invoices/${id}`,
};

const signedIn = (req) =>
  req.headers.authorization?.startsWith("Bearer ")
    ? undefined
    : Response.json({ error: "sign in" }, { status: 401 });

function forward(req) {
  const [, service, id] = req.path.split("/");
  const build = services[service];
  if (build === undefined || req.method !== "GET") {
    return Response.json({ error: "not found" }, { status: 404 });
  }
  const requestId = uuid();
  const res = fetch(build(Number(id)), {
    headers: { authorization: req.headers.authorization, "x-request-id": requestId },
  });
  logInfo("forwarded", { requestId, ok: res.ok });
  if (!res.ok) return Response.json({ error: "upstream", requestId }, { status: 502 });
  return Response.json(res.json(), { headers: { "x-request-id": requestId } });
}

export const handler = guard(signedIn) |> forward;
