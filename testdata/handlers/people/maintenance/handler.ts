// Everything is off while a flag is set, but for those who hold the key.
import { env } from "zigttp:env";
import { guard } from "zigttp:compose";
import { timingSafeEqual } from "zigttp:auth";

const closed = guard((req) => {
  if (env("MAINTENANCE") !== "on") return undefined;
  if (timingSafeEqual(req.headers["x-api-key"] ?? "", env("BYPASS_KEY") ?? "-")) return undefined;
  return Response.json({ error: "closed for maintenance" }, { status: 503, headers: { "retry-after": "600" } });
});

const main = (req) => Response.json({ path: req.path, method: req.method });

const stamp = guard((res) => ({ ...res, headers: { ...res.headers, "x-service": env("SERVICE_NAME") ?? "main" } }));

export const handler = closed |> main |> stamp;
