import { answers } from "./harness.js";

const point = { x: 1, y: 2 };
const mixed = { b: 1, 2: "two", a: 3, 1: "one", "-1": 0, "01": 4, 4294967295: 5, 4294967294: 6 };
const cases = [
  // keys, values, entries
  () => Object.keys(point),
  () => Object.values(point),
  () => Object.entries(point),
  () => Object.keys({}),
  () => Object.keys(mixed),
  () => Object.values(mixed),
  () => Object.entries({ a: undefined }),
  () => Object.keys([7, 8]),
  () => Object.values([7, 8]),
  () => Object.entries(["x"]),
  () => Object.keys("ab"),
  () => Object.values("a😀").length,
  () => Object.entries("h"),
  () => Object.keys(5),
  () => Object.values(true),
  () => Object.entries(1.5),
  // fromEntries
  () => Object.fromEntries([["a", 1], ["b", 2]]),
  () => Object.fromEntries([]),
  () => Object.fromEntries([["a", 1], ["a", 2]]),
  () => Object.fromEntries([[1, "one"], [null, "null"]]),
  () => Object.fromEntries([["only"]]),
  () => Object.fromEntries(Object.entries(point).map(([key, value]) => [key + "2", value * 2])),
  () => Object.fromEntries([["b", 1], ["2", 2], ["1", 3]]),
  // assign
  () => Object.assign({}, point),
  () => Object.assign({ x: 0, z: 3 }, point),
  () => Object.assign({}, null, undefined, { a: 1 }, { a: 2, b: 3 }),
  () => Object.assign({ a: 1 }),
  () => Object.assign({}, "ab"),
  () => Object.assign({}, [9, 8]),
  () => Object.assign([1, 2, 3], [9]),
  () => Object.assign({}, 5, true),
  () => {
    const target = { a: 1 };
    return Object.assign(target, { b: 2 }) === target && target.b === 2;
  },
  // hasOwn
  () => Object.hasOwn(point, "x"),
  () => Object.hasOwn(point, "z"),
  () => Object.hasOwn({ a: undefined }, "a"),
  () => Object.hasOwn([1, 2], 1),
  () => Object.hasOwn([1, 2], 2),
  () => Object.hasOwn([1, 2], "length"),
  () => Object.hasOwn("abc", 1),
  () => Object.hasOwn("abc", "length"),
  () => Object.hasOwn({ 1: "a" }, 1),
  () => Object.hasOwn(5, "a"),
  // is
  () => Object.is(NaN, NaN),
  () => Object.is(0, -0),
  () => Object.is("a", "a"),
  () => Object.is("a" + "b", "ab"),
  () => Object.is({}, {}),
  () => Object.is(point, point),
  () => Object.is(undefined, null),
  () => Object.is(1, "1"),
  () => Object.is(),
  // order, spread, in, nesting
  () => ({ ...point, x: 9, z: 0 }),
  () => ({ z: 0, ...point }),
  () => ({ ...null, ...undefined, ...[5], ..."ab" }),
  () => "x" in point,
  () => "z" in point,
  () => 1 in [5, 6],
  () => {
    const object = {};
    object.b = 1;
    object["a"] = 2;
    object[10] = 3;
    object[9] = 4;
    object.b = 5;
    return object;
  },
  () => {
    const object = {};
    for (const n of range(300)) object["key" + ((n * 7) % 300)] = n;
    return [Object.keys(object).length, Object.keys(object)[299], object.key7, object.key299];
  },
  () => {
    const counts = {};
    for (const letter of "mississippi") counts[letter] = (counts[letter] ?? 0) + 1;
    return counts;
  },
  () => typeof {},
  () => ({ a: { b: { c: [1, { d: 2 }] } } }),
];

export default function handler(req) {
  return Response.text(answers(cases));
}
