// Keeps a copy of a user's profile in the CRM: changed here, deleted there.
import { env } from "zigttp:env";
import { fetch } from "zigttp:fetch";
import { routerMatch } from "zigttp:router";

const crm = "https://crm.example.com/contacts";

const call = (id: number, method: "PUT" | "DELETE", body?: object) =>
  fetch(`${crm}/${id}`, {
    method,
    headers: { "x-api-key": env("CRM_API_KEY") ?? "", "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

const answer = (res, done: object) =>
  res.ok ? Response.json(done) : Response.json({ error: "CRM", status: res.status }, { status: 502 });

const routes = {
  "PUT /profiles/:id": (id, req) => {
    const { name, newsletter = false } = req.json() ?? {};
    if (!name) return Response.json({ error: "name is required" }, { status: 400 });
    const profile = { name: String(name), newsletter: newsletter === true };
    return answer(call(id, "PUT", profile), { id, synced: true });
  },
  "DELETE /profiles/:id": (id) => answer(call(id, "DELETE"), { id, deleted: true }),
};

export const handler = (req) => {
  const found = routerMatch(routes, req);
  if (!found) return Response.json({ error: "not found" }, { status: 404 });
  const id = Number(found.params.id);
  return Number.isInteger(id) ? found.handler(id, req) : Response.json({ error: "id" }, { status: 400 });
};
