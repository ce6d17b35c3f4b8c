// Prints any value on one line, so that a case's answer can be compared with the recorded one.
export function show(value) {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (typeof value === "number") return value === 0 && 1 / value < 0 ? "-0" : String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "function";
  if (Array.isArray(value)) return "[" + value.map((item) => show(item)).join(",") + "]";
  if (typeof value === "object") {
    return "{" + Object.entries(value).map(([key, field]) => key + ":" + show(field)).join(",") + "}";
  }
  return String(value);
}

// One line a case.
export function answers(cases) {
  return cases.map((run) => show(run())).join("\n");
}
