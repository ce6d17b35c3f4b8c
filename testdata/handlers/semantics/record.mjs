// Records what node answers for every file here: `node record.mjs`. The runtime must answer the same.
import { readdirSync, writeFileSync } from "node:fs";

globalThis.range = (a, b) => {
  const [from, to] = b === undefined ? [0, a] : [a, b];
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
};
for (const name of readdirSync(".").filter((name) => name.endsWith(".js"))) {
  const { handler } = await import(`./${name}`);
  writeFileSync(name.replace(/\.js$/, ".golden"), handler() + "\n");
}
