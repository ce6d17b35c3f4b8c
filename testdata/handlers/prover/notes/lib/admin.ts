// For whoever runs it.
import { env } from "zigttp:env";
import { cacheStats } from "zigttp:cache";

const seen = [];

function config(req) {
  seen.push(req.path); // state that other requests see
  return Response.json({ key: env("ADMIN_KEY"), headers: req.headers }); // secret and credentials
}

export const admin = {
  "GET /admin/stats": () => Response.json(cacheStats()),
  "GET /admin/config": config,
};
