// Rates by code, or undefined when the service does not answer.
import { fetch } from "zigttp:fetch";

export function fetchSync(base: string): Record<string, number> | undefined {
  const res = fetch(`https://rates.example.com/latest?base=${base}`);
  if (!res.ok) return undefined;
  const { rates = {} } = res.json() ?? {};
  return Object.fromEntries(Object.entries(rates).map(([code, rate]) => [code, Number(rate)]));
}
