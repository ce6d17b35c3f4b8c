// Writes NAME.golden for each NAME.js that node can run: one line a case, as node answers it.
// Run: node --experimental-default-type=module testdata/handlers/conformance/record.mjs
// (node 20 and 21; later ones need no flag)
// What node does not have (Results, Headers, JSX) stands in files whose goldens are written by
// hand: see the `.golden` files without a line in `recorded` below.
import { writeFileSync } from "node:fs";

// The two built-ins of the language that node lacks.
globalThis.range = (first, second) => {
  const [start, end] = second === undefined ? [0, Number(first)] : [Number(first), Number(second)];
  return Array.from({ length: Math.max(0, Math.ceil(end - start)) }, (_, index) => start + index);
};
Response.text = (body) => body;
for (const level of ["debug", "info", "log", "warn", "error"]) console[level] = () => undefined;

const recorded = ["strings", "arrays", "numbers", "math", "objects", "json", "globals", "corners"];
for (const name of recorded) {
  const module = await import(new URL(`${name}.js`, import.meta.url));
  writeFileSync(new URL(`${name}.golden`, import.meta.url), module.default({}) + "\n");
}
