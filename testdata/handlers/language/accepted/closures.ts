let counter = 0;
counter += 1;
const make = (start: number) => {
  let n = start;
  const step = (by = 1) => { n += by; return n };
  return { step, reset: () => (n = start), ...{ named: function inner(k) { return k ? inner(k - 1) : 0 } } };
};
const even = (n) => n === 0 || odd(n - 1), odd = (n) => n !== 0 && even(n - 1);
export function handler(req) {
  const c = make(2), seen = {};
  const [a = c.step(), { b = a, ...rest } = { b: 1 }, ...others] = [undefined, { b: 2, z: 1 }, 3, 4];
  seen[req.path] ??= { count: 0 };
  seen[req.path].count += a;
  const sum = (...values) => values.reduce((x, y) => x + y, 0);
  return Response.json({ a, b, rest, others, n: sum(...others, ...[1, 2]), even: even(4), counter, seen });
}
