// Every operator on every pair of kinds of value.
function show(v) {
  if (v === undefined) return "undefined";
  if (typeof v === "number") return Object.is(v, -0) ? "-0" : String(v);
  return JSON.stringify(v);
}

export function handler() {
  const values = [
    0, -0, 1, -1, 1.5, -7.25, 3, 33, 1e21, 1e-7, 123456789012, 2147483647, 2147483648, -2147483648,
    -2147483649, 4294967295, 4294967296, 9007199254740991, NaN, Infinity, -Infinity, "", "0", " 12 ", "abc",
    "ABC", "abcd", "-5", "0x1f", "1e3", "é", "😀", "\ud800", true, false, null, undefined, [], [1], [1, 2], {},
  ];
  const operators = [
    ["+", (a, b) => a + b],
    ["-", (a, b) => a - b],
    ["*", (a, b) => a * b],
    ["/", (a, b) => a / b],
    ["%", (a, b) => a % b],
    ["===", (a, b) => a === b],
    ["!==", (a, b) => a !== b],
    ["<", (a, b) => a < b],
    ["<=", (a, b) => a <= b],
    [">", (a, b) => a > b],
    [">=", (a, b) => a >= b],
    ["&", (a, b) => a & b],
    ["|", (a, b) => a | b],
    ["^", (a, b) => a ^ b],
    ["<<", (a, b) => a << b],
    [">>", (a, b) => a >> b],
    [">>>", (a, b) => a >>> b],
    ["&&", (a, b) => a && b],
    ["||", (a, b) => a || b],
    ["??", (a, b) => a ?? b],
  ];
  const lines = [];
  for (const [name, apply] of operators) {
    for (const a of values) {
      lines.push(`${show(a)} ${name}: ${values.map((b) => show(apply(a, b))).join(" ")}`);
    }
  }
  for (const a of values) {
    lines.push(
      `unary ${show(a)}: ${show(-a)} ${show(+a)} ${show(!a)} ${show(~a)} ${typeof a} ${show(a ? 1 : 2)} ${show(!!a)} ${show(void a)}`,
    );
  }
  return lines.join("\n");
}
