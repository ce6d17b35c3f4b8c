// Numbers for a scraper that knows the token.
import { cacheGet, cacheIncr, cacheStats } from "zigttp:cache";
import { env } from "zigttp:env";
import { pipe, guard } from "zigttp:compose";

const token = env("METRICS_TOKEN");

const authorize = (req) => {
  if (token === undefined) return Response.text("metrics are off", { status: 404 });
  if (req.headers.authorization === `Bearer ${token}`) return undefined;
  return Response.text("unauthorized", { status: 401, headers: { "www-authenticate": "Bearer" } });
};

const line = (name: string, value: number, help: string) =>
  `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;

function metrics() {
  const { hits, misses, size } = cacheStats("pages");
  const ratio = hits + misses === 0 ? 0 : hits / (hits + misses);
  const scrapes = cacheIncr("metrics", "scrapes", 1, 0);
  return Response.text(
    [
      line("cache_entries", size, "Entries in the cache."),
      line("cache_hit_ratio", ratio, "Part of the look-ups that hit."),
      line("scrapes_total", scrapes, "How often this was asked."),
      line("visits_total", Number(cacheGet("metrics", "visits") ?? "0"), "Pages served."),
    ].join(""),
    { headers: { "content-type": "text/plain; version=0.0.4" } },
  );
}

export const handler = pipe(guard(authorize), metrics);
