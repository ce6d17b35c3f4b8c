// Links to files that expire: /files/:name?expires=…&sig=…
import { env } from "zigttp:env";
import { hmacSha256 } from "zigttp:crypto";
import { routerMatch } from "zigttp:router";

const key = env("DOWNLOAD_SIGNING_KEY");

const files = {
  "price-list.csv": { type: "text/csv", body: "item,price\ntea,220\ncoffee,340\n" },
  "terms.txt": { type: "text/plain", body: "Be kind.\n" },
};

function download(req) {
  if (key === undefined) return Response.json({ error: "not configured" }, { status: 503 });
  const { name } = req.params;
  const { expires = "", sig } = req.query;
  if (sig !== hmacSha256(key, `${name}\n${expires}`)) {
    return Response.json({ error: "bad signature" }, { status: 403 });
  }
  if (Number(expires) * 1000 < Date.now()) return Response.json({ error: "expired" }, { status: 410 });
  const file = files[name];
  if (!file) return Response.json({ error: "no such file" }, { status: 404 });
  return Response.text(file.body, {
    headers: { "content-type": file.type, "content-disposition": `attachment; filename="${name}"` },
  });
}

export default function handler(req) {
  const found = routerMatch({ "GET /files/:name": download }, req);
  if (found === undefined) return Response.json({ error: "not found" }, { status: 404 });
  req.params = found.params;
  return found.handler(req);
}
