// Twenty routes, most with a parameter: what finding the right one costs.
import { routerMatch } from "zigttp:router";

const list = (what: string) => () => Response.json({ what, items: [] });
const show = (what: string) => (req) => Response.json({ what, id: req.params.id });
const part = (req) => Response.json({ what: "parts", id: req.params.id, part: req.params.part });
const health = () => Response.json({ status: "ok" });

const routes = {
  "GET /users": list("users"),
  "GET /users/:id": show("users"),
  "GET /teams": list("teams"),
  "GET /teams/:id": show("teams"),
  "GET /projects": list("projects"),
  "GET /projects/:id": show("projects"),
  "GET /tasks": list("tasks"),
  "GET /tasks/:id": show("tasks"),
  "GET /files": list("files"),
  "GET /files/:id": show("files"),
  "GET /events": list("events"),
  "GET /events/:id": show("events"),
  "GET /invoices": list("invoices"),
  "GET /invoices/:id": show("invoices"),
  "GET /payments": list("payments"),
  "GET /payments/:id": show("payments"),
  "GET /reports": list("reports"),
  "GET /reports/:id": show("reports"),
  "GET /health": health,
  "GET /files/:id/parts/:part": part,
};

export function handler(req: Request): Response {
  const found = routerMatch(routes, req);
  if (found === undefined) return Response.json({ error: "no such route" }, { status: 404 });
  req.params = found.params;
  return found.handler(req);
}
