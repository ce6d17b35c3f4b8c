// Notes by name. Several properties are lost on purpose; the comments say where.
import { env } from "zigttp:env";
import { routerMatch } from "zigttp:router";
import { cacheGet, cacheIncr, cacheSet } from "zigttp:cache";
import { uuid } from "zigttp:id";
import { logInfo } from "zigttp:log";
import { admin } from "./lib/admin";

const settings = { space: "notes", prefix: env("NOTES_PREFIX") };

function show(req) {
  const found = cacheGet(settings.space, req.params.name);
  if (found === undefined) return Response.json({ error: "no such note" }, { status: 404 });
  return Response.html(`<pre>${found}</pre>`); // injection: what was stored is request data
}

function save(req) {
  const parsed = JSON.tryParse(req.body ?? "");
  if (!parsed.ok) return Response.json({ error: parsed.error }, { status: 400 });
  const { text } = parsed.value;
  cacheSet(settings.space, settings.prefix + req.params.name, text); // input that is not validated
  logInfo("saved", { name: req.params.name }); // request data in a log
  return Response.json({ id: uuid() }, { status: 201 }); // not deterministic
}

function count(req) {
  return Response.json({ hits: cacheIncr("hits", "all") }); // not retry-safe
}

const routes = {
  ...admin,
  "GET /notes/:name": show,
  "PUT /notes/:name": save,
  "GET /hits": count,
};

export default (req) => {
  const found = routerMatch(routes, req);
  if (!found) return Response.json({ error: "no such page" }, { status: 404 });
  req.params = found.params;
  return found.handler(req);
};
