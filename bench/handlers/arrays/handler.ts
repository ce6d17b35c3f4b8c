// Ten thousand elements mapped, filtered, sorted and summed.
export function handler() {
  const numbers = range(10000).map((n) => (n * 7919) % 10007);
  const even = numbers.filter((n) => n % 2 === 0);
  const sorted = even.toSorted((a, b) => a - b);
  const sum = sorted.reduce((total, n) => total + n, 0);
  return Response.json({ count: sorted.length, first: sorted[0], sum });
}
