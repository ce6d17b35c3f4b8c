// The same service on node's own http module, for comparison.
import { createServer } from "node:http";

const list = (what) => () => ({ what, items: [] });
const show = (what) => (params) => ({ what, id: params.id });
const part = (params) => ({ what: "parts", id: params.id, part: params.part });
const health = () => ({ status: "ok" });

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

const table = Object.entries(routes).map(([route, answer]) => {
  const [method, path] = route.split(" ");
  return { method, segments: path.split("/"), answer };
});

function match(method, path) {
  const segments = path.split("/");
  for (const row of table) {
    if (row.method !== method || row.segments.length !== segments.length) continue;
    const params = {};
    const fits = row.segments.every((wanted, index) => {
      if (!wanted.startsWith(":")) return wanted === segments[index];
      params[wanted.slice(1)] = decodeURIComponent(segments[index]);
      return segments[index] !== "";
    });
    if (fits) return { answer: row.answer, params };
  }
}

const server = createServer((request, response) => {
  const found = match(request.method, request.url.split("?", 1)[0]);
  const value = found ? found.answer(found.params) : { error: "no such route" };
  const body = JSON.stringify(value);
  response.writeHead(found ? 200 : 404, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
