// Calls and additions, nothing else.
const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));

export function handler() {
  return Response.json({ fib: fib(20) });
}
