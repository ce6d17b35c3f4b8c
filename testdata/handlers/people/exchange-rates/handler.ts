// Converts money. When the rates cannot be fetched, yesterday's do.
import { env } from "zigttp:env";
import { cacheGet, cacheSet } from "zigttp:cache";
import { fetchSync as load } from "./lib/load";
import { logWarn } from "zigttp:log";

const base = env("BASE_CURRENCY") ?? "EUR";
const currencies = ["EUR", "USD", "GBP", "PLN", "JPY"];

function rates() {
  const fresh = cacheGet("rates", "fresh");
  if (fresh !== undefined) return JSON.parse(fresh);
  const loaded = load(base);
  if (loaded === undefined) {
    logWarn("rates are stale");
    return JSON.parse(cacheGet("rates", "last") ?? "null");
  }
  const text = JSON.stringify(loaded);
  cacheSet("rates", "fresh", text, 3600);
  cacheSet("rates", "last", text, 0);
  return loaded;
}

export default function handler(req) {
  const to = currencies.find((code) => code === req.query.to?.toUpperCase());
  const amount = parseFloat(req.query.amount ?? "1");
  if (!to || Number.isNaN(amount)) {
    return Response.json({ error: "use ?to=USD&amount=12.50", currencies }, { status: 400 });
  }
  const table = rates();
  if (!table) return Response.json({ error: "no rates yet" }, { status: 503 });
  return Response.json({ from: base, to, amount, result: Math.round(amount * table[to] * 100) / 100 });
}
