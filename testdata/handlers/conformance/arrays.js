import { answers } from "./harness.js";

const numbers = [5, 1, 4, 2, 3];
const words = ["pear", "fig", "apple"];
const people = [{ name: "a", age: 3 }, { name: "b", age: 1 }, { name: "c", age: 3 }, { name: "d", age: 2 }];
// Each mutation works on a copy.
const copy = () => [...numbers];
const after = (run) => {
  const array = copy();
  const result = run(array);
  return [result, array];
};

// What a comparator is asked, in order, and what comes of it.
const asked = (list, compare) => {
  const pairs = [];
  const sorted = [...list].sort((a, b) => {
    pairs.push(`${a}:${b}`);
    return compare(a, b);
  });
  return [sorted.join(), pairs.length, pairs.slice(0, 60).join(" ")];
};
const mixed = (count, factor) => range(count).map((n) => (n * factor) % count);
const nested = () => {
  const array = [1, [2, 3]];
  array.push(array);
  return array;
};
// The same one twice.
const twice = (array) => [array, array];

const cases = [
  // at, with
  () => numbers.at(0),
  () => numbers.at(-1),
  () => numbers.at(9),
  () => numbers.at(-9),
  () => numbers.at("1"),
  () => numbers.at(),
  () => numbers.with(1, 9),
  () => numbers.with(-1, 9),
  () => numbers.with(0, undefined),
  // concat
  () => [1].concat([2], 3, [[4]]),
  () => [].concat(),
  () => [1].concat("ab", undefined, null, [undefined]),
  // copyWithin, fill
  () => [1, 2, 3, 4, 5].copyWithin(0, 3),
  () => [1, 2, 3, 4, 5].copyWithin(1, 0, 3),
  () => [1, 2, 3, 4, 5].copyWithin(-2, -4, -3),
  () => [1, 2, 3, 4, 5].copyWithin(0, 1, 100),
  () => [1, 2, 3].fill(0),
  () => [1, 2, 3].fill(0, 1),
  () => [1, 2, 3].fill(0, -2, -1),
  () => [1, 2, 3].fill(),
  () => [1, 2, 3].fill(7, NaN, Infinity),
  // entries, keys, values
  () => Array.from(words.entries()),
  () => Array.from(words.keys()),
  () => Array.from(words.values()),
  () => [...words.entries()].length,
  () => [...[].keys()],
  // every, some
  () => numbers.every((n) => n > 0),
  () => numbers.every((n) => n > 1),
  () => [].every(() => false),
  () => numbers.some((n) => n > 4),
  () => numbers.some((n) => n > 5),
  () => [].some(() => true),
  () => numbers.some((n, index, array) => array[index] === n && index === 4),
  () => numbers.every((n) => "truthy"),
  () => numbers.some((n) => ""),
  // filter, map, forEach
  () => numbers.filter((n) => n % 2 === 1),
  () => numbers.filter((n, index) => index > 2),
  () => numbers.filter((n, index, array) => array.length - 1 === index),
  () => numbers.filter(() => 0),
  () => [0, 1, "", null, "a", NaN, undefined].filter(Boolean),
  () => numbers.map((n) => n * 2),
  () => numbers.map((n, index) => index),
  () => numbers.map((n, index, array) => array.length),
  () => [].map((n) => n),
  () => ["1", "2", "3"].map(Number),
  () => ["10", "10", "10"].map(parseInt),
  () => [1, 2].map(String),
  () => words.map((word) => word.toUpperCase()),
  () => [[1, 2], [3, 4]].map(([a, b]) => a + b),
  () => people.map(({ name }) => name),
  () => numbers.map(() => undefined),
  () => numbers.forEach((n) => n),
  () => {
    const seen = [];
    words.forEach((word, index, array) => seen.push([word, index, array.length]));
    return seen;
  },
  () => {
    // What is appended while walking is not visited.
    const array = [1, 2, 3];
    return [array.map((n) => array.push(n)), array];
  },
  () => {
    // What is removed while walking is not visited either.
    const array = [1, 2, 3, 4];
    const seen = [];
    array.forEach((n) => {
      seen.push(n);
      array.pop();
    });
    return [seen, array];
  },
  // find
  () => numbers.find((n) => n < 4),
  () => numbers.find((n) => n > 9),
  () => numbers.findIndex((n) => n === 4),
  () => numbers.findIndex((n) => n === 9),
  () => numbers.findLast((n) => n < 4),
  () => numbers.findLast((n) => n > 9),
  () => numbers.findLastIndex((n) => n < 5),
  () => numbers.findLastIndex((n) => n === 9),
  () => people.find(({ age }) => age === 3),
  () => people.findLast((person, index) => person.age === 3 && index > 0).name,
  // flat, flatMap
  () => [1, [2, [3, [4]]]].flat(),
  () => [1, [2, [3, [4]]]].flat(2),
  () => [1, [2, [3, [4]]]].flat(Infinity),
  () => [1, [2]].flat(0),
  () => [[], [[]]].flat(),
  () => [1, 2].flatMap((n) => [n, n * 10]),
  () => [1, 2].flatMap((n) => n),
  () => [1, 2].flatMap((n) => [[n]]),
  () => [1, 2, 3].flatMap((n) => (n === 2 ? [] : [n])),
  // includes, indexOf, lastIndexOf
  () => numbers.includes(4),
  () => numbers.includes(9),
  () => [NaN].includes(NaN),
  () => [0].includes(-0),
  () => ["a", "b"].includes("b"),
  () => [1, 2, 3].includes(1, 1),
  () => [1, 2, 3].includes(3, -1),
  () => [undefined].includes(),
  () => ["ab"].includes("a" + "b"),
  () => [1].includes("1"),
  () => [{}].includes({}),
  () => numbers.indexOf(4),
  () => numbers.indexOf(9),
  () => [NaN].indexOf(NaN),
  () => [1, 2, 1].indexOf(1, 1),
  () => [1, 2, 1].indexOf(1, -1),
  () => [1, 2, 1].indexOf(1, -99),
  () => [1, 2, 1].indexOf(1, 99),
  () => ["a", "é"].indexOf("é"),
  () => [null, undefined].indexOf(undefined),
  () => [1, 2, 1].lastIndexOf(1),
  () => [1, 2, 1].lastIndexOf(1, 1),
  () => [1, 2, 1].lastIndexOf(1, -2),
  () => [1, 2, 1].lastIndexOf(1, -4),
  () => [1, 2, 1].lastIndexOf(3),
  () => [1, 2, 1].lastIndexOf(2, undefined),
  // join, toString
  () => numbers.join(),
  () => numbers.join(""),
  () => numbers.join(" - "),
  () => [].join(),
  () => [1].join("x"),
  () => [null, undefined, 1].join(),
  () => [[1, 2], [3, [4]]].join(";"),
  () => [1, 2].join(0),
  () => [1, 2].join(undefined),
  () => ["a", "€", "😀"].join("é"),
  () => [true, -0, NaN, 1e21].join(),
  () => [{}].join(),
  () => numbers.toString(),
  () => [[], [[]]].toString(),
  // pop, push, shift, unshift
  () => after((array) => array.pop()),
  () => [].pop(),
  () => after((array) => array.push(6)),
  () => after((array) => array.push(6, [7], "8")),
  () => after((array) => array.push()),
  () => after((array) => array.push(...array)),
  () => after((array) => array.shift()),
  () => [].shift(),
  () => after((array) => array.unshift(0)),
  () => after((array) => array.unshift(8, 9)),
  () => after((array) => array.unshift()),
  () => {
    const queue = [];
    for (const n of numbers) queue.push(n);
    const out = [];
    for (const n of numbers) out.push(queue.shift());
    return [out, queue, queue.length];
  },
  // reduce, reduceRight
  () => numbers.reduce((sum, n) => sum + n),
  () => numbers.reduce((sum, n) => sum + n, 10),
  () => numbers.reduce((text, n, index, array) => text + n + index + array.length, ""),
  () => [].reduce((sum, n) => sum + n, "start"),
  () => [7].reduce((sum, n) => "never"),
  () => numbers.reduce((found, n) => ({ ...found, [n]: n * n }), {}),
  () => numbers.reduceRight((text, n) => text + n, ""),
  () => numbers.reduceRight((a, b) => a - b),
  () => numbers.reduceRight((list, n, index) => [...list, index], []),
  () => numbers.reduce((sum, n) => sum + n, undefined),
  // reverse, toReversed
  () => after((array) => array.reverse()),
  () => after((array) => array.toReversed()),
  () => [].reverse(),
  () => [1].toReversed(),
  // slice, splice, toSpliced
  () => numbers.slice(1, 3),
  () => numbers.slice(-2),
  () => numbers.slice(),
  () => numbers.slice(3, 1),
  () => numbers.slice(1, -1),
  () => numbers.slice(99),
  () => numbers.slice("1", 2.9),
  () => numbers.slice(undefined, undefined),
  () => numbers.slice(-Infinity, Infinity),
  () => after((array) => array.splice(1, 2)),
  () => after((array) => array.splice(1)),
  () => after((array) => array.splice(1, 0, "a", "b")),
  () => after((array) => array.splice(-2, 1, "z")),
  () => after((array) => array.splice(0, 99)),
  () => after((array) => array.splice(99, 1, "end")),
  () => after((array) => array.splice(1, -5, "x")),
  () => after((array) => array.splice(1, 3, "x")),
  () => after((array) => array.splice(0, undefined)),
  () => numbers.toSpliced(1, 2, "a", "b", "c"),
  () => numbers.toSpliced(1),
  () => numbers.toSpliced(-1, 1),
  () => numbers.toSpliced(2, 0, [1]),
  // sort, toSorted
  () => after((array) => array.sort()),
  () => numbers.toSorted(),
  () => [10, 9, 1, 100].sort(),
  () => [10, 9, 1, 100].sort((a, b) => a - b),
  () => [10, 9, 1, 100].sort((a, b) => b - a),
  () => words.toSorted(),
  () => words.toSorted((a, b) => a.length - b.length),
  () => [3, undefined, 1, undefined, 2].sort(),
  () => [3, undefined, 1].sort((a, b) => a - b),
  () => ["b", undefined, "a", null].sort(),
  () => [true, false, "a", 1, null].sort(),
  () => ["é", "z", "a", "😀", "\uffff"].sort(),
  () => [].sort(),
  () => people.toSorted((a, b) => a.age - b.age).map(({ name }) => name),
  () => people.toSorted((a, b) => b.age - a.age).map(({ name }) => name),
  () => people.toSorted(() => 0).map(({ name }) => name),
  () => [2, 1, 3].sort((a, b) => NaN),
  () => [2, 1, 3].sort((a, b) => String(a - b)),
  () => [2, 1, 3].sort(undefined),
  () => [[2, "x"], [1, "y"]].sort(),
  () => Array.from({ length: 50 }, (_, n) => (n * 37) % 50).sort((a, b) => a - b).join(),
  () => Array.from({ length: 40 }, (_, n) => ({ key: n % 3, n })).sort((a, b) => a.key - b.key).map(({ n }) => n).join(),
  // functions that change the array they are called for
  () => after((array) => array.filter((n) => array.pop() !== n)),
  () => after((array) => array.filter((n) => array.push(n) > 0)),
  () => after((array) => array.every((n) => array.shift() > 0)),
  () => after((array) => array.some((n) => array.splice(0, 2).length === 1)),
  () => after((array) => array.find((n) => array.pop() === 99)),
  () => after((array) => array.findIndex((n) => n === undefined || array.pop() === 99)),
  () => after((array) => array.findLast((n) => array.splice(0, 9).length > 99)),
  () => after((array) => array.findLastIndex((n) => n === undefined || array.pop() === 99)),
  () => after((array) => array.reduce((sum, n) => sum + n + array.pop(), 0)),
  () => after((array) => array.reduceRight((sum, n) => sum + n + array.pop(), 0)),
  () => after((array) => array.flatMap((n) => [n, array.pop()])),
  () => after((array) => array.forEach(() => array.unshift(0))),
  () => after((array) => array.sort((a, b) => (array.length > 3 ? array.pop() * 0 : 0) + a - b)),
  () => after((array) => array.sort((a, b) => (array.length < 8 ? array.push(0) * 0 : 0) + a - b).length > 5),
  () => after((array) => array.toSorted((a, b) => (array.length > 3 ? array.pop() * 0 : 0) + a - b)),
  () => after((array) => Array.from(array, (n) => (array.length > 2 ? array.pop() : n))),
  () => after((array) => JSON.stringify(array, (key, value) => (key === "0" ? array.pop() : value))).length,
  // Array.*
  () => Array.isArray([]),
  () => Array.isArray("a"),
  () => Array.isArray({ length: 0 }),
  () => Array.isArray(undefined),
  () => Array.of(1, "a", undefined),
  () => Array.of(),
  () => Array.of(3),
  () => Array.from("a😀b"),
  () => Array.from([1, 2], (n) => n + 1),
  () => Array.from({ length: 3 }),
  () => Array.from({ length: 3 }, (_, index) => index * 2),
  () => Array.from({ length: "2", 0: "a", 1: "b" }),
  () => Array.from({}),
  () => Array.from({ length: -1 }),
  () => Array.from("abc", (letter, index) => letter + index),
  () => Array.from([1, [2]]),
  () => Array.from(5),
  // spread, length, range
  () => [...numbers, ..."ab"],
  () => numbers.length,
  () => [...range(4)],
  () => [...range(2, 5)],
  () => [...range(5, 2)],
  () => range(3).map((n) => n * n),
  () => Array.from(range(0)),
  () => [1, 2] + "",
  () => [2] * [3],
  () => typeof [],
  () => asked([3, 1, 2, 5, 4], (a, b) => a - b),
  () => asked([1, 2, 3, 4], (a, b) => a - b),
  () => asked([4, 3, 2, 1], (a, b) => a - b),
  () => asked([2, 1, 2, 1, 2], (a, b) => (a < b ? -1 : 1)),
  () => asked([2, 1, 2, 1, 2], (a, b) => a > b),
  () => asked([2, 1, 2, 1, 2], (a, b) => (a > b ? 1 : 0)),
  () => asked([5, 1, 4, 2, 3], () => 0),
  () => asked([5, 1, 4, 2, 3], () => 1),
  () => asked([5, 1, 4, 2, 3], () => -1),
  () => asked([5, 1, 4, 2, 3], () => NaN),
  () => asked([5, 1, 4, 2, 3], () => undefined),
  () => asked([5, 1, 4, 2, 3], () => "1"),
  () => asked([5, 1, 4, 2, 3], () => true),
  () => asked([3, undefined, 1, undefined, 2], (a, b) => a - b),
  () => asked(mixed(31, 7), (a, b) => a - b),
  () => asked(mixed(32, 7), (a, b) => b - a),
  () => asked(mixed(64, 29), (a, b) => a - b),
  () => asked(mixed(65, 29), (a, b) => a - b),
  () => asked(mixed(100, 37), (a, b) => (a % 10) - (b % 10)),
  () => asked(mixed(200, 77), (a, b) => (a < b ? -1 : 1)),
  () => asked(mixed(500, 123), (a, b) => (a % 7) - (b % 7)),
  () => asked(mixed(500, 123), (a, b) => ((a * b) % 3) - 1),
  () => asked([...range(300), ...range(300)], (a, b) => a - b),
  () => asked([...range(300), ...range(20)], (a, b) => a - b),
  () => asked([...range(20), ...range(300)], (a, b) => a - b),
  () => asked([...range(100).reverse(), ...range(100)], (a, b) => a - b),
  () => asked(range(1000).map((n) => n ^ 5), (a, b) => a - b),
  () => mixed(1000, 331).toSorted((a, b) => (a < b ? -1 : 1)).join(),
  () => mixed(100, 31).sort().join(),
  () => String(nested()),
  () => nested().join("-"),
  () => `${twice(nested())}`,
  () => [nested()].toString().length,
  () => [[[nested()]], nested()] + "",
  () => String(twice([1, 2])),
];

export default function handler(req) {
  return Response.text(answers(cases));
}
