// Is it prime? Answers are remembered in a table, or so it is meant.
const known: Record<string, boolean> = {};

const memo =
  <T>(compute: (n: number) => T) =>
  (n: number): T => {
    const key = String(n);
    known[key] ??= compute(n);
    return known[key];
  };

const isPrime = memo((n) => {
  if (n < 2) return false;
  for (const d of range(2, Math.floor(Math.sqrt(n)) + 1)) {
    if (n % d === 0) return false;
  }
  return true;
});

export function handler(req) {
  const n = Number(req.query.n);
  if (!Number.isInteger(n) || n > 1_000_000) {
    return Response.json({ error: "n is a whole number" }, { status: 400 });
  }
  return Response.json({ n, prime: isPrime(n) });
}
