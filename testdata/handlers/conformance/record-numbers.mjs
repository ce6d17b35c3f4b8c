// Writes numbers.tsv: doubles by bit pattern and how node prints them, one a line.
// Run: node testdata/handlers/conformance/record-numbers.mjs
import { writeFileSync } from "node:fs";

const view = new DataView(new ArrayBuffer(8));
const bits = (value) => {
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
};

// A fixed linear congruential generator, so that a new recording differs only where node does.
let state = 0x9e3779b97f4a7c15n;
const random = () => (state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn);

const values = [
  0, -0, 1, -1, 0.1, 0.5, 1.5, 2.5, -2.5, 1.005, 1.45, 8.345, 1e21, 1e20, 123456789012345680000, 1e-6, 1e-7, 1.5e-7,
  5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740991, 9007199254740992, 9007199254740993,
  4294967296, 2147483647, -2147483648, 0.000001234, 1234.5678, 0.1 + 0.2, 1 / 3, 2 / 3, 100, 1e100, 255, 255.5,
  9.5, 99.95, 999.995, 0.00001, 1e22, 1e23, 2e23, 35, 36, 0.9999999999999999, NaN, Infinity, -Infinity,
];
for (let i = 0; i < 120; i++) {
  view.setBigUint64(0, random());
  values.push(view.getFloat64(0));
}
for (let i = 0; i < 80; i++) values.push((Number(random() % 2000000n) - 1000000) / 2 ** Number(random() % 24n));
for (let i = 0; i < 80; i++) values.push(Number(random() % 100000000n) / 10 ** Number(random() % 12n));

const lines = values.map((v) =>
  [bits(v), String(v), v.toFixed(0), v.toFixed(2), v.toFixed(20), v.toPrecision(1), v.toPrecision(6), v.toPrecision(30),
    v.toExponential(), v.toExponential(0), v.toExponential(8), v.toString(2), v.toString(3), v.toString(16), v.toString(36)].join("\t"));
writeFileSync(new URL("numbers.tsv", import.meta.url), lines.join("\n") + "\n");
