'use strict'
const of = 1, async = 2, get = 3, set = 4, as = 5, from = 6, match = (x) => x, when = 7, type = 8
const handler = function handle(req) {
  let total = 0
  for (const i of range(3)) { if (i === 1) continue; total += i }
  for (const [k, v] of Object.entries({ a: 1 })) total += v
  for (let ch of "text") {
    if (ch === "x") break
    total += 1
  }
  outer(total)
  switch (req.method) {
    case "GET":
    case "HEAD": {
      total **= 2
      break
    }
    case "PUT": if (total) return Response.text("put"); else return Response.text("none")
    default:
      total = -total
  }
  const a = total
  ;[1, 2].forEach(x => { total += x })
  const b = a
    ? 1
    : 2
  const c = { of, async, get, set, get2: get, as, from, when, type, if: 1, class: 2 }
  const d = c.if + c.class + match(1) + c?.missing?.[0]?.(1, ...[2]) ?? 0
  const e = `a${`b${c.of}`}c` + 'd\
e' + "\u{1F600}\uD83D\x41\0"
  const f = 0x1F + 0b101 + 0o17 + 1_000.5e-1 + .5 + 5. + 1e3
  total ??= 1; total ||= 2; total &&= 3; total >>>= 1; total <<= 1; total >>= 1
  const g = typeof total === "number" && "of" in c || !(~total)
  void 0
  assert(g, "message")
  assert g
  assert g, `with ${b}`
  return Response.json({ a, b, c, d, e, f, g, [a + 1]: 1, h() { return 1 } })
}
function outer(n) { return n <= 0 ? 0 : outer(n - 1) }
export { handler as default }
