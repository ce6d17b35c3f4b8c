import { env } from "zigttp:env";
import { routerMatch } from "zigttp:router";
import { cacheGet, cacheSet } from "zigttp:cache";
import { sha256 } from "zigttp:crypto";
import { logInfo } from "zigttp:log";

const config = { prefix: env("PREFIX") ?? "order:", digest: sha256("v1") };
const routes = {
  "GET /orders/:id": (req) => {
    const found = cacheGet("orders", config.prefix + req.params.id);
    if (found === undefined) return Response.json({ error: "not found" }, { status: 404 });
    return Response.rawJson(found);
  },
  "PUT /orders/:id": (req) => {
    const body = JSON.tryParse(req.body ?? "");
    if (!body.ok) return Response.json({ error: body.error }, { status: 400 });
    cacheSet("orders", config.prefix + req.params.id, JSON.stringify(body.value), 60);
    logInfo("stored");
    return Response.json(body.value, { status: 201 });
  },
};
export function handler(req) {
  const found = routerMatch(routes, req);
  if (found === undefined) return Response.json({ error: "no route" }, { status: 404 });
  req.params = found.params;
  return found.handler(req);
}
