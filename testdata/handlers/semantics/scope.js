// Scopes, closures, hoisting, defaults, rest, recursion.
const moduleConstant = 5;
const moduleArrow = (x) => x * moduleConstant;
const table = { a: 1, nested: { list: [1, 2, 3] } };
const made = makeAdders([10, 20, 30]);

function makeAdders(list) {
  const result = [];
  for (const n of list) {
    result.push((m) => n + m);
  }
  return result;
}
function factorial(n) {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
function even(n) {
  return n === 0 ? true : odd(n - 1);
}
function odd(n) {
  return n === 0 ? false : even(n - 1);
}
function defaults(a, b = a + 1, c = b * 2) {
  return [a, b, c];
}
function rest(first, ...others) {
  return [first, others];
}
function missing(a, b, c) {
  return [a, b, c];
}
function counter(start = 0) {
  let n = start;
  return { up: () => { n += 1; return n; }, down: () => (n = n - 1), get: () => n };
}
function patterns({ a, b: { c = 3 } = {} }, [d, , e = "e", ...f]) {
  return [a, c, d, e, f];
}
function early(x) {
  if (x > 10) return "big";
  if (x > 5) {
    return "middle";
  } else if (x > 2) {
    return "small";
  }
  for (const i of [1, 2, 3]) {
    if (i === x) return `found ${i}`;
  }
}

export function handler() {
  const lines = [];
  const add = (v) => lines.push(v === undefined ? "undefined" : JSON.stringify(v));
  add(moduleArrow(3));
  add(made.map((f) => f(1)));
  add(factorial(20));
  add([even(10), odd(7), even(7)]);
  add(defaults(1));
  add(defaults(1, 5));
  add(defaults(1, undefined, 9));
  add(defaults(1, null));
  add(rest());
  add(rest(1));
  add(rest(1, 2, 3));
  add(rest(...[1, 2], 3, ...[]));
  add(missing(1));
  add(missing(1, 2, 3, 4));
  add(missing(..."ab"));
  const c = counter(5);
  c.up();
  c.up();
  add(c.down());
  add(c.get());
  const d = counter();
  add([d.up(), c.get()]);
  add(patterns({ a: 1 }, [1, 2]));
  add(patterns({ a: 1, b: { c: 9 } }, [1, 2, 3, 4, 5]));
  add([early(11), early(7), early(3), early(2), early(0)]);

  let x = 1;
  {
    let x = 2;
    add(x);
    {
      const x = 3;
      add(x);
    }
    x = 4;
    add(x);
  }
  add(x);
  const shadow = (x) => {
    const y = x + 1;
    return ((x) => x + y)(100);
  };
  add(shadow(1));
  add(hoisted(2));
  function hoisted(n) {
    return n + inner();
    function inner() {
      return 40;
    }
  }
  const functions = [];
  for (const i of [1, 2, 3]) {
    let twice = i * 2;
    functions.push(() => (twice += i));
  }
  add(functions.map((f) => f()));
  add(functions.map((f) => f()));
  const named = function again(n) {
    return n === 0 ? [] : [n, ...again(n - 1)];
  };
  add(named(3));
  const captured = function me(n) {
    return n === 0 ? "end" : [1].map(() => me(n - 1))[0];
  };
  add(captured(3));
  const compose = (...fs) => (v) => fs.reduce((acc, f) => f(acc), v);
  add(compose((v) => v + 1, (v) => v * 2, String)(4));
  const curry = (a) => (b) => (c) => a + b * c;
  add(curry(1)(2)(3));
  add((() => {})());
  add((() => ({ a: 1 }))());
  add([1, 2, 3].map((v, i, all) => v * i + all.length));
  let late;
  const setLate = () => { late = "set"; };
  setLate();
  add(late);
  let undef;
  add(undef);
  const { a: renamed, ...others } = { a: 1, b: 2, c: 3 };
  add([renamed, others]);
  const key = "dyn";
  const { [key]: dynamic = "none", ["b" + 1]: second } = { dyn: 1, b1: 2 };
  add([dynamic, second]);
  const [p, [q = 5, r] = [], ...s] = [1, [undefined, 3], 4, 5];
  add([p, q, r, s]);
  const [e1, e2] = "😀x";
  add([e1, e2]);
  const { length } = "four";
  add(length);
  const { length: n0, 0: first } = ["a", "b"];
  add([n0, first]);
  add(((a, { b } = { b: 2 }) => [a, b])(1));
  add(((...[a, b]) => [b, a])(1, 2));
  add(((a, b = () => a) => b())(7));
  add(table.nested.list[1]);
  const swap = ([a, b]) => [b, a];
  add(swap([1, 2]));
  const mutual = (n) => (n > 0 ? other(n - 1) : "done");
  const other = (n) => mutual(n);
  add(mutual(5));
  const deep = (n) => (n === 0 ? 0 : 1 + deep(n - 1));
  add(deep(2000));
  let total = 0;
  const visit = (node) => {
    total += node.v;
    for (const child of node.children ?? []) visit(child);
  };
  visit({ v: 1, children: [{ v: 2 }, { v: 3, children: [{ v: 4 }] }] });
  add(total);
  const memo = {};
  const fib = (n) => (n < 2 ? n : (memo[n] ??= fib(n - 1) + fib(n - 2)));
  add(fib(50));
  add(functions.length + made.length);
  add(handlerName.name + named.name + defaults.length + rest.length);
  return lines.join("\n");
}
const handlerName = () => 1;
