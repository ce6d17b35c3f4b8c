// Passes an API on and keeps what it answered for five minutes.
import { cacheGet, cacheSet } from "zigttp:cache";
import { fetch } from "zigttp:fetch";
import { logWarn } from "zigttp:log";

const upstream = "https://api.example.com/v2";
const seconds = 300;

const answer = (body: string, from: "hit" | "miss") =>
  Response.rawJson(body, { headers: { "x-cache": from, "cache-control": `max-age=${seconds}` } });

export function handler(req: Request): Response {
  if (req.method !== "GET") return Response.json({ error: "GET only" }, { status: 405 });
  const key = req.url;
  const hit = cacheGet("proxy", key);
  if (hit !== undefined) return answer(hit, "hit");
  const res = fetch(upstream + key, { headers: { accept: "application/json" } });
  if (!res.ok) {
    logWarn("upstream failed", { status: res.status });
    return Response.json({ error: "upstream failed" }, { status: 502 });
  }
  const body = res.text();
  cacheSet("proxy", key, body, seconds);
  return answer(body, "miss");
}
