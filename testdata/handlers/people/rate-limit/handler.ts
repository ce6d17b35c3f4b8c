// A quote service with at most 30 requests a minute for each address.
import { cacheIncr } from "zigttp:cache";
import { guard } from "zigttp:compose";

const limit = 30;
const windowSeconds = 60;

const quotes = [
  "Simplicity is prerequisite for reliability.",
  "Make it work, make it right, make it fast.",
  "There are only two hard things.",
];

function throttle(req) {
  const address = (req.headers["x-forwarded-for"] ?? "local").split(",")[0].trim();
  const count = cacheIncr("rate", address, 1, windowSeconds);
  req.remaining = Math.max(limit - count, 0);
  if (count <= limit) return undefined;
  return Response.json(
    { error: "slow down" },
    { status: 429, headers: { "retry-after": String(windowSeconds) } },
  );
}

function quote(req) {
  const index = Number(req.query.n ?? "0");
  const text = quotes[index];
  if (text === undefined) return Response.json({ error: "no such quote" }, { status: 404 });
  return Response.json({ text }, { headers: { "x-ratelimit-remaining": String(req.remaining) } });
}

const secure = (res) => ({ ...res, headers: { ...res.headers, "x-content-type-options": "nosniff" } });

export const handler = guard(throttle) |> quote |> guard(secure);
