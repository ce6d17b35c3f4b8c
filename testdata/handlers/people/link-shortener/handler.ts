// Short links: POST /links makes one, GET /:code follows it and counts.
import { env } from "zigttp:env";
import { cacheGet, cacheIncr, cacheSet } from "zigttp:cache";
import { nanoid } from "zigttp:id";
import { routerMatch } from "zigttp:router";

const base = env("PUBLIC_BASE_URL") ?? "http://localhost:3000";
const isWeb = (url: unknown) =>
  typeof url === "string" && (url.startsWith("https://") || url.startsWith("http://"));

function shorten(req) {
  const { url } = req.json() ?? {};
  if (!isWeb(url)) return Response.json({ error: "url must be http or https" }, { status: 400 });
  const code = nanoid(7);
  cacheSet("links", code, url, 0);
  return Response.json({ short: `${base}/${code}`, url }, { status: 201 });
}

function follow({ params }) {
  const url = cacheGet("links", params.code);
  if (url === undefined) return Response.text("no such link", { status: 404 });
  cacheIncr("clicks", params.code, 1, 0);
  return Response.redirect(url, 301);
}

function stats({ params }) {
  const clicks = Number(cacheGet("clicks", params.code) ?? "0");
  return Response.json({ code: params.code, clicks });
}

const table = { "POST /links": shorten, "GET /links/:code": stats, "GET /:code": follow };

export default function handler(req) {
  const hit = routerMatch(table, req);
  if (!hit) return Response.text("not found", { status: 404 });
  req.params = hit.params;
  return hit.handler(req);
}
