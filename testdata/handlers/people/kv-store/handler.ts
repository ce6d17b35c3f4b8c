// A key-value store: PUT, GET and DELETE of /kv/:key.
import { routerMatch } from "zigttp:router";
import { cacheDelete, cacheGet, cacheSet } from "zigttp:cache";
import { sha256 } from "zigttp:crypto";

const ns = "kv";
const day = 86_400;

function get(req) {
  const value = cacheGet(ns, req.params.key);
  if (value === undefined) return Response.json({ error: "no such key" }, { status: 404 });
  const etag = `"${sha256(value).slice(0, 16)}"`;
  if (req.headers["if-none-match"] === etag) {
    return Response.text("", { status: 304, headers: { etag } });
  }
  return Response.text(value, { headers: { etag } });
}

function put(req) {
  if (!req.body) return Response.json({ error: "empty body" }, { status: 400 });
  const ttl = Number(req.query.ttl ?? day);
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > 30 * day) {
    return Response.json({ error: "ttl is out of range" }, { status: 400 });
  }
  const isNew = cacheGet(ns, req.params.key) === undefined;
  cacheSet(ns, req.params.key, req.body, ttl);
  return Response.text("", { status: isNew ? 201 : 204 });
}

const del = (req) =>
  Response.text("", { status: cacheDelete(ns, req.params.key) ? 204 : 404 });

const routes = { "GET /kv/:key": get, "PUT /kv/:key": put, "DELETE /kv/:key": del };

export const handler = (req) => {
  const found = routerMatch(routes, req);
  if (!found) return Response.json({ error: "not found" }, { status: 404 });
  req.params = found.params;
  return found.handler(req);
};
