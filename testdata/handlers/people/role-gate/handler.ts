// Who may do what is a table of roles; the token says which role.
import { env } from "zigttp:env";
import { cacheDelete } from "zigttp:cache";
import { jwtVerify, parseBearer } from "zigttp:auth";

const rights = { reader: ["GET"], editor: ["GET", "PUT"], admin: ["GET", "PUT", "DELETE"] };

export function handler(req) {
  const token = parseBearer(req.headers.get("authorization") ?? "");
  if (token === undefined) return Response.json({ error: "who are you?" }, { status: 401 });
  const result = jwtVerify(token, env("JWT_SECRET") ?? "", { audience: "pages" });
  if (result.isErr()) return Response.json({ error: "not valid" }, { status: 401 });
  const { role, sub } = result.value;
  const allowed = rights[role] ?? [];
  if (!allowed.includes(req.method)) {
    return Response.json({ error: `${role} may not` }, { status: 403 });
  }
  if (req.method === "DELETE") cacheDelete("pages", sub);
  return Response.json({ role, allowed });
}
