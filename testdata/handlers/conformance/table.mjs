// Writes table.tsv: expressions over every built-in with its edges, each with what node gives, and
// programs.tsv: programs by seed with what they print. Both are the same whenever and wherever they
// are written. Run by `make conformance`, under the flags that record.mjs names.
//
// A line of table.tsv is `expression TAB answer`; `!` is an expression that throws. Only what the
// language has is asked: no method gets more arguments than it takes, nothing is a class.
import { writeFileSync } from "node:fs";
import vm from "node:vm";

const show = (value) => {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (typeof value === "number") return value === 0 && 1 / value < 0 ? "-0" : String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "function";
  if (Array.isArray(value)) return "[" + value.map((item) => show(item)).join(",") + "]";
  if (typeof value === "object") {
    const fields = Object.entries(value).map(([key, field]) => JSON.stringify(key) + ":" + show(field));
    return "{" + fields.join(",") + "}";
  }
  return String(value);
};

// What the language has and node has not.
const range = (first, second) => {
  const [start, end] = second === undefined ? [0, Number(first)] : [Number(first), Number(second)];
  return Array.from({ length: Math.max(0, Math.ceil(end - start)) }, (_, index) => start + index);
};
const context = vm.createContext({ range, show });

// A list that entries, keys and values give as an array.
const listed = new Set(["entries", "keys", "values"]);

// MARK: The table

const strings = [`""`, `"a"`, `"abcabc"`, `" a b\\t"`, `"a😀b"`, `"\\ud800x"`, `"é"`, `"12.50"`, `"a,b,,c"`, `"ÀßİI"`];
const places = ["", "0", "1", "2", "-1", "-2", "7", "1.9", "NaN", "Infinity", "-Infinity", "undefined", "null", `"1"`];
const texts = [`""`, `"a"`, `"b"`, `"bc"`, `","`, `"😀"`, `"x"`, "undefined", "null", "1"];
const numbers = [
  "0", "-0", "1", "-1", "0.1", "1.5", "-2.5", "2.345", "123.456", "1e21", "1e-7", "123456789012345680000",
  "4294967296", "2147483648", "-2147483649", "5e-324", "1.7976931348623157e308", "NaN", "Infinity", "-Infinity",
];
const odd = ["undefined", "null", "true", "false", `""`, `" 12 "`, `"0x1f"`, `"1e3"`, `"12px"`, `"-"`, "[]", "[7]", "[1,2]", "{}"];
const arrays = [
  "[]", "[1]", "[1,2,3]", "[3,1,2,10,1]", `["b","a","C",""]`, "[undefined,null,0,NaN]", "[[1,[2,[3]]],[],4]",
  `[{ a: 1 },{ a: 2 }]`, `[true,"1",1,[1]]`,
];
const functions = ["(x) => x", "(x, i) => i", "(x) => x > 1", "() => undefined", "(x, i, all) => all.length"];
const objects = ["{}", "{ a: 1 }", "{ b: 2, a: 1, 1: 0 }", "{ a: undefined, b: null, c: [1] }", "[4,5]", `"ab"`, "1", "true"];

const cases = [];
const add = (...made) => cases.push(...made);
const cross = (...lists) => lists.reduce((all, list) => all.flatMap((head) => list.map((item) => [...head, item])), [[]]);
const call = (callee, ...given) => `${callee}(${given.filter((one) => one !== "").join(", ")})`;

for (const text of strings) {
  for (const name of ["at", "charAt", "charCodeAt", "codePointAt", "slice", "substring", "repeat"]) {
    for (const place of places) add(call(`(${text}).${name}`, place === "" ? "" : place));
  }
  for (const name of ["slice", "substring"]) {
    for (const [from, to] of cross(["0", "1", "-2", "5", "NaN"], ["0", "2", "-1", "9", "undefined"])) add(call(`(${text}).${name}`, from, to));
  }
  for (const name of ["includes", "startsWith", "endsWith", "indexOf", "lastIndexOf"]) {
    for (const [find, place] of cross(texts, ["", "1", "-1", "9"])) add(call(`(${text}).${name}`, find, place));
  }
  for (const name of ["padStart", "padEnd"]) {
    for (const [size, fill] of cross(["0", "3", "9", "-1", "NaN"], ["", `"xy"`, `""`, "1"])) add(call(`(${text}).${name}`, size, fill));
  }
  for (const [find, by] of cross(texts.slice(0, 8), [`"-"`, `"[$&]"`, "`$$`", "(x, i) => x + i"])) {
    add(call(`(${text}).replace`, find, by), call(`(${text}).replaceAll`, find, by));
  }
  for (const [by, most] of cross([...texts, "[]"], ["", "0", "2", "-1"])) add(call(`(${text}).split`, by, most));
  for (const name of [
    "trim", "trimStart", "trimEnd", "toLowerCase", "toUpperCase", "toLocaleLowerCase", "toLocaleUpperCase", "toString", "valueOf",
  ]) add(`(${text}).${name}()`);
  for (const other of [...strings, "1", "null"]) add(`(${text}).concat(${other}, ${text})`, `${text} + ${other}`, `${text} < ${other}`, `${text} === ${other}`);
  for (const name of ["Number", "parseFloat", "parseInt", "encodeURIComponent", "encodeURI", "decodeURIComponent", "Boolean", "isNaN", "isFinite"]) add(call(name, text));
  add(`[...${text}]`, `Object.keys(${text})`, `JSON.stringify(${text})`, `(${text}).length`, `(${text})[1]`);
}
for (const number of numbers) {
  // A name in front of a dot is a global whose members are meant.
  const value = number.replace("NaN", "0 / 0").replace("Infinity", "1 / 0");
  for (const name of ["toFixed", "toPrecision", "toExponential"]) {
    for (const digits of ["", "0", "1", "2", "7", "20", "100", "101", "-1"]) add(call(`(${value}).${name}`, digits));
  }
  add(`(${value}).valueOf()`);
  for (const radix of ["", "2", "8", "16", "36", "10", "1", "37"]) if (!/e|\./.test(number) || radix === "" || radix === "10") add(call(`(${value}).toString`, radix));
  for (const name of [
    "abs", "ceil", "floor", "round", "trunc", "sign", "sqrt", "cbrt", "fround", "clz32", "max", "min", "hypot",
  ]) add(call(`Math.${name}`, number));
  for (const other of ["0", "-0", "2", "-3", "0.5", "NaN", "Infinity"]) {
    for (const sign of ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>", "<", ">=", "==="]) add(`(${number}) ${sign} (${other})`);
    add(call("Math.max", number, other), call("Math.min", number, other), call("Math.imul", number, other), call("Math.atan2", number, other).replace("atan2", "max"));
    add(call("Object.is", number, other));
  }
  for (const name of ["isInteger", "isSafeInteger", "isNaN", "isFinite"]) add(call(`Number.${name}`, number));
  add(`String(${number})`, `JSON.stringify(${number})`, `-(${number})`, `~(${number})`, `[${number}].includes(${number})`, `[${number}].indexOf(${number})`);
}
for (const value of [...odd, ...numbers.slice(0, 6)]) {
  for (const name of ["Number", "String", "Boolean", "parseFloat", "isNaN", "isFinite", "Number.isInteger", "Array.isArray", "Math.round", "Math.sqrt"]) add(call(name, value));
  for (const radix of ["", "2", "10", "16", "36", "1"]) add(call("parseInt", value, radix));
  for (const other of odd) {
    for (const sign of ["+", "-", "*", "<", ">=", "===", "??", "||", "&&"]) {
      if (/[{[]/.test(value + other) && !"===??||&&+".includes(sign)) continue;
      add(`(${value}) ${sign} (${other})`);
    }
  }
  add(`typeof (${value})`, `!(${value})`, `JSON.stringify(${value})`, `JSON.stringify([${value}])`, `JSON.stringify({ a: ${value} })`, `\`<\${${value}}>\``);
}
for (const list of arrays) {
  for (const place of places) add(call(`${list}.at`, place), call(`${list}.slice`, place), call(`${list}.flat`, place));
  for (const [from, to] of cross(["0", "1", "-1", "9"], ["0", "2", "-1"])) {
    add(call(`${list}.slice`, from, to), call(`${list}.fill`, `"x"`, from, to), call(`${list}.copyWithin`, from, to));
    add(`[${list}].map((l) => [l.splice(${from}, ${to}, "n"), l])`, call(`${list}.toSpliced`, from, to, `"n"`));
  }
  for (const index of ["0", "-1", "9"]) add(call(`${list}.with`, index, "0"));
  for (const find of ["1", "NaN", "undefined", `"1"`, "null"]) {
    for (const place of ["", "1", "-1"]) for (const name of ["includes", "indexOf", "lastIndexOf"]) add(call(`${list}.${name}`, find, place));
  }
  for (const name of ["every", "filter", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "map", "some"]) for (const one of functions) add(call(`${list}.${name}`, one));
  for (const name of ["reduce", "reduceRight"]) for (const first of ["", "0", `""`]) add(call(`${list}.${name}`, "(s, x, i) => s + String(x) + i", first));
  for (const name of ["join"]) for (const by of ["", `""`, `"-"`, "undefined", "null", "1"]) add(call(`${list}.${name}`, by));
  for (const order of ["", "(a, b) => a - b", "(a, b) => (a < b ? 1 : -1)", "() => 0"]) add(call(`${list}.toSorted`, order), call(`${list}.sort`, order));
  for (const name of ["toReversed", "reverse", "pop", "shift", "toString", "entries", "keys", "values"]) add(`${listed.has(name) ? "LIST" : ""}(${list}.${name}())`);
  add(`[${list}].map((l) => [l.push(1, 2), l])`, `[${list}].map((l) => [l.unshift(1, 2), l])`, `${list}.concat([9], 8, [[7]])`, `${list}.length`);
  add(`Array.from(${list})`, `Array.from(${list}, (x, i) => i)`, `Array.of(...${list})`, `JSON.stringify(${list})`, `JSON.stringify(${list}, null, 2)`, `String(${list})`, `${list} + ""`);
  add(`Math.max(...${list})`, `Object.entries(${list})`, `((a, b = 5, ...c) => [a, b, c])(...${list})`);
}
for (const value of objects) {
  for (const name of ["keys", "values", "entries"]) add(call(`Object.${name}`, value));
  for (const key of [`"a"`, `"b"`, "1", `"length"`]) add(call("Object.hasOwn", value, key));
  for (const other of ["{}", "{ a: 9 }", "null", `"xy"`, "[7]"]) add(`Object.assign({ z: 0 }, ${value}, ${other})`, `({ ...${value}, ...${other} })`);
  for (const space of ["", "1", `"--"`, "99"]) add(call("JSON.stringify", value, ...(space === "" ? [] : ["null", space])));
  for (const keep of [`["a"]`, `(k, v) => (typeof v === "number" ? v + 1 : v)`, "null"]) add(call("JSON.stringify", value, keep));
}
for (const text of [
  "1", "-0", "1e5", "01", ".5", "1.", "NaN", "null", "true", "tru", '"a"', "'a'", '"\\u0041\\n"', '"\\x41"', "[]", "[1,]", "[1,2]", "{}",
  '{"a":1,"a":2}', '{"b":1,"1":2}', "{a:1}", '{"a":}', "", " 1 ", "1 2", '"\\ud800"', "[[[[1]]]]", '{"__proto__":1}', "\u00a01", "\u0009[1]",
]) {
  add(`JSON.parse(${JSON.stringify(text)})`, `JSON.stringify(JSON.parse(${JSON.stringify(text)}))`);
}
for (const text of ["%41", "%zz", "%", "a%20b", "%F0%9F%98%80", "%C3", "+", "%2F"]) add(`decodeURIComponent("${text}")`, `decodeURI("${text}")`);
for (const [from, to] of cross(["0", "2", "-1", "2.5", "NaN"], ["", "0", "3", "4.5"])) add(call("range", from, to));
for (const units of ["65", "65, 66", "55357, 56832", "-1", "65536", "1.9"]) add(`String.fromCharCode(${units})`, `String.fromCodePoint(${units})`);

const answer = (expression) => {
  const source = expression.startsWith("LIST") ? `[...${expression.slice(4)}]` : expression;
  try { return vm.runInContext(`"use strict"; show((${source}))`, context, { timeout: 1000 }); } catch { return "!"; }
};
const table = [...new Set(cases)].map((expression) => {
  const plain = expression.replace(/^LIST/, "");
  return `${plain}\t${answer(expression)}`;
});
writeFileSync(new URL("table.tsv", import.meta.url), table.join("\n") + "\n");

// MARK: Programs by seed

let seed = 20240229;
const random = (count) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 4294967296) * count);
};
const pick = (list) => list[random(list.length)];

// Statements over a few variables; each loop ends, nothing throws.
function makeProgram() {
  const names = ["a", "b", "c"];
  let fresh = 0;
  const number = (depth) => {
    if (depth <= 0) return pick([...names, "1", "2", "7", "0.5", "-3"]);
    const [x, y] = [number(depth - 1), number(depth - 1)];
    return pick([
      `(${x} + ${y})`, `(${x} - ${y})`, `(${x} * ${y})`, `(${x} % ${y})`, `(${x} & ${y})`, `(${x} > ${y} ? ${x} : ${y})`,
      `Math.max(${x}, ${y})`, `list.length`, `(list.at(${x}) ?? ${y})`, `add(${x}, ${y})`, `text.length`, `(o.n ?? ${x})`,
    ]);
  };
  const test = () => pick([`${number(1)} > ${number(1)}`, `text.includes("1")`, `list.length > 3`, `typeof o.n === "number"`, `${number(1)} === ${number(0)}`]);
  const statement = (depth, isLoop) => {
    const name = pick(names);
    switch (random(depth > 0 ? 14 : 8)) {
      case 0: return `${name} = ${number(2)};`;
      case 1: return `${name} ${pick(["+=", "-=", "*=", "|=", "??="])} ${number(1)};`;
      case 2: return `list.push(${number(1)});`;
      case 3: return `text += ${pick([number(1), '"x"', "list.length"])};`;
      case 4: return `o.${pick(["n", "m"])} = ${pick([number(1), "list.length", "undefined"])};`;
      case 5: { fresh += 1; return `const [p${fresh}, q${fresh} = ${number(0)}] = list; out.push(p${fresh}, q${fresh});`; }
      case 6: return `out.push(${pick([number(2), "text", "list.slice(-2)", "{ ...o }", test()])});`;
      case 7: return `out.push(list.${pick(["map((x) => x + 1)", "filter((x) => x > 1)", "toSorted((x, y) => x - y)", "reduce((s, x) => s + x, 0)", 'join("-")', "toReversed()"])});`;
      case 8: return `if (${test()}) { ${block(depth - 1, isLoop)} } else { ${block(depth - 1, isLoop)} }`;
      case 9: {
        const turn = `i${(fresh += 1)}`;
        return `for (const ${turn} of range(${1 + random(4)})) { ${block(depth - 1, true)} if (${turn} > ${random(4)}) ${pick(["break", "continue"])}; }`;
      }
      case 10: { fresh += 1; return `for (const [k${fresh}, v${fresh}] of Object.entries(o)) { out.push(k${fresh}, v${fresh}); }`; }
      case 11: return `switch (${number(1)} % 3) { case 0: ${block(depth - 1, false)} break; case 1: case 2: out.push("few"); break; default: out.push("other"); }`;
      case 12: { fresh += 1; return `const f${fresh} = (x, y = ${number(0)}) => { ${name} += 1; return x * y + ${name}; }; out.push(f${fresh}(${number(0)}), f${fresh}(1, 2));`; }
      default: return `if (${test()}) { out.push("yes"); }`;
    }
  };
  const block = (depth, isLoop) => Array.from({ length: 1 + random(3) }, () => statement(depth, isLoop)).join(" ");
  const body = Array.from({ length: 4 + random(5) }, () => statement(2, false)).join(" ");
  return `let a = ${random(9)}, b = ${random(9)}, c = 1; let text = "t"; const list = [1, 2]; const o = {}; const out = []; `
    + `const add = (x, y) => x + y; ${body} out.push(a, b, c, text, list, o);`;
}

const programs = [];
while (programs.length < 400) {
  const program = makeProgram();
  let printed;
  try {
    printed = vm.runInContext(`"use strict"; { ${program} out.map((value) => show(value)).join(";"); }`, context, { timeout: 1000 });
  } catch { continue; }
  if (printed.length < 4000) programs.push(`${program}\t${printed}`);
}
writeFileSync(new URL("programs.tsv", import.meta.url), programs.join("\n") + "\n");
console.error(`${table.length} expressions, ${programs.length} programs`);
