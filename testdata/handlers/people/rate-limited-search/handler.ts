// A search with a limit for each address.
import { rateCheck } from "zigttp:ratelimit";

const words = ["alpha", "beta", "gamma", "delta"];

export function handler(req) {
  const limit = rateCheck(req.headers["x-forwarded-for"] ?? "all", 60, 30);
  if (!limit.ok) {
    return Response.json({ error: "slow down" }, {
      status: 429, headers: { "retry-after": String(limit.error.retryAfter) },
    });
  }
  const asked = (req.query.q ?? "").toLowerCase();
  return Response.json({ found: words.filter((word) => word.startsWith(asked)) });
}
