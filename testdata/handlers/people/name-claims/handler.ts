// First come, first served: claims a user name.
import { cacheGet, cacheSet } from "zigttp:cache";
import { slugify } from "zigttp:text";

const reserved = ["admin", "root", "support"];

const error = (status: number, message: string) => Response.json({ error: message }, { status });

export function handler(req: Request): Response {
  if (req.method !== "PUT" || !req.path.startsWith("/names/")) return error(404, "not found");
  const name = slugify(req.path.slice("/names/".length));
  if (name.length < 3 || reserved.includes(name)) return error(422, "that name cannot be claimed");
  const owner = req.query.owner;
  if (!owner) return error(400, "owner is required");
  if (cacheGet("names", name) === undefined) {
    cacheSet("names", name, owner, 0);
  }
  const holder = cacheGet("names", name);
  return holder === owner ? Response.json({ name, owner }) : error(409, "that name is taken");
}
