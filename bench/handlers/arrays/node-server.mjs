import { json, serve } from "../server.mjs";

serve(() => {
  const numbers = Array.from({ length: 10000 }, (_, n) => n).map((n) => (n * 7919) % 10007);
  const even = numbers.filter((n) => n % 2 === 0);
  const sorted = even.toSorted((a, b) => a - b);
  const sum = sorted.reduce((total, n) => total + n, 0);
  return json({ count: sorted.length, first: sorted[0], sum });
});
