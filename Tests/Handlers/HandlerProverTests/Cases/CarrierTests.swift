import Contracts
import Testing

/// Expressions that carry what they are made of: `X` is a text, `N` a number made of it.
let carriers: [String] = [
  "X", "X + \"\"", "`<${X}>`", "[X]", "({ a: X })", "({ [X]: 1 })", "Object.keys({ [X]: 1 })",
  "Object.values({ a: X })", "Object.entries({ [X]: 1 })", "Object.entries({ a: X })",
  "Object.fromEntries([[X, 1]])", "Object.fromEntries([[\"a\", X]])",
  "Object.fromEntries(range(N).map((i) => [\"k\" + i, 1]))", "Object.assign({}, { a: X })",
  "Object.assign({}, { [X]: 1 })", "({ ...{ a: X } })", "({ ...{ [X]: 1 } })",
  "(({ b, ...rest }) => rest)({ b: 1, a: X })", "((a, b = X) => b)(1)", "((...all) => all)(1, X)",
  "((...all) => all.length)(...range(N))", "((a) => a)(...[X])", "(({ a: [b] }) => b)({ a: [X] })",
  "[...X]", "[...range(N)].length", "[1, ...range(N)].map(() => 0)", "X.split(\"\")",
  "\"a,b\".split(X)", "X.slice(1)", "\"abcdef\".slice(N)", "X.substring(1)", "\"abc\".substring(N)",
  "X.charAt(0)", "\"abc\".charAt(N)", "X.at(0)", "\"abc\".at(N)", "X[0]", "\"abc\"[N]",
  "X.charCodeAt(0)", "X.codePointAt(0)", "X.length", "X.indexOf(\"a\")", "\"abc\".indexOf(X)",
  "\"abc\".lastIndexOf(X)", "X.localeCompare(\"a\")", "X.trim()", "X.toUpperCase()",
  "X.padStart(9)", "\"a\".padStart(9, X)", "\"a\".padEnd(N)", "\"a\".repeat(N)", "X.repeat(2)",
  "X.concat(\"a\")", "\"a\".concat(X)", "X.replace(\"a\", \"b\")", "\"a\".replace(X, \"b\")",
  "\"a\".replace(\"a\", X)", "\"a\".replaceAll(\"a\", () => X)", "String(X)",
  "String.fromCharCode(N)",
  "String.fromCodePoint(N)", "Number(X)", "parseInt(X)", "parseFloat(X)", "+X", "-N", "~N",
  "N ** 2",
  "N % 7", "1 - N", "N << 1", "Math.max(N, 1)", "Math.floor(N)", "N.toFixed(2)", "(5).toFixed(N)",
  "(5).toString(N)", "encodeURIComponent(X)", "decodeURIComponent(X)", "encodeURI(X)",
  "JSON.stringify(X)", "JSON.stringify({ a: [X] })", "JSON.stringify({ [X]: 1 })",
  "JSON.stringify([1], (k, v) => X)", "JSON.stringify([1], null, X)",
  "JSON.parse(JSON.stringify(X))",
  "JSON.tryParse(X)", "[\"a\", \"b\"].at(N)", "[\"a\", \"b\"][N]", "({ a: 1, b: 2 })[X]",
  "[[1], [2]].flat(N)", "[[X]].flat()", "[1, 2, 3].copyWithin(0, N)", "[1, 2, 3].with(0, X)",
  "[1, 2, 3].with(N % 3, 9)", "[1, 2, 3].slice(N)", "[1, 2, 3].slice(N).map(() => 0)",
  "[1, 2, 3].splice(0, N).map(() => 0)", "[1, 2, 3].toSpliced(0, N)", "[1, 2].fill(X)",
  "[1, 2].fill(0, N)", "[X, \"a\"].toSorted()", "[X].toReversed()", "[X].values()", "[X].entries()",
  "range(N).keys()", "range(N).map(() => 0)", "range(N).flatMap(() => [0])",
  "range(N).filter(() => true).map(() => 0)", "[1].flatMap(() => range(N)).map(() => 0)",
  "[1].map(() => X)", "[X].map((x) => x)", "[X].filter(() => true)", "[X].find(() => true)",
  "[X].findLast(() => true)", "[X].concat([1])", "[1].concat([X])",
  "[1].concat(range(N)).map(() => 0)",
  "[X].join(\"\")", "[1, 2].join(X)", "range(N).join(\"\")", "[1].reduce((a) => a + X, \"\")",
  "[X].reduce((a, b) => a + b, \"\")", "range(N).reduce((a) => a + 1, 0)",
  "[X].reduceRight((a, b) => a + b, \"\")", "[X].indexOf(\"a\")", "[\"a\"].indexOf(X)",
  "Array.from([X])", "Array.from(X)", "Array.from({ length: N }, () => 0)",
  "Array.from([1], () => X)", "Array.from(range(N), () => 0)", "Array.of(X)",
  "Array.of(...range(N)).map(() => 0)", "range(N)", "range(N).length", "[X].pop()", "[X].shift()",
  "((xs) => { xs.push(X); return xs; })([])",
  "((xs) => { xs.push(...range(N)); return xs.map(() => 0); })([])",
  "((xs) => { xs.unshift(X); return xs; })([])",
  "((xs) => { xs[N] = 1; return xs.map(() => 0); })([])",
  "((xs) => { xs.length = N; return xs.map(() => 0); })([])", "((o) => { o.a = X; return o; })({})",
  "((o) => { o[X] = 1; return Object.keys(o); })({})", "((o) => { o.a ??= X; return o.a; })({})",
  "((o) => { o.a += X; return o.a; })({ a: \"\" })", "X |> String", "X |> ((v) => v)",
  "match ({ a: X }) { when { a: v }: v }", "[X].map(String)", "((f) => f())(() => X)",
  "(() => () => X)()()", "[(v) => v][0](X)", "({ f: (v) => v }).f(X)", "({ f: (v) => v })?.f?.(X)",
  "[[1, X]].map(([a, b]) => b)", "[...[X]].at(-1)",
  "((v) => { let out = \"\"; for (const c of v) out += c; return out; })(X)",
  "((v) => { let out; out = v; return out; })(X)", "(X ?? \"a\")", "(X || \"a\")", "(X && X)",
  "Response.text(X).body", "Response.json({ a: X }).body",
  "Response.text(\"a\", { headers: { a: X } }).headers.a",
  "Response.text(X).text()", "base64Encode(X)", "sha256(X)", "truncate(X, 3)",
  "truncate(\"abc\", N)",
  "setCookie(\"a\", X)", "setCookie(X, \"a\")", "renderToString(h(\"p\", null, X))",
  "renderToString(h(\"p\", { title: X }))",
  "renderToString(h(({ a }) => h(\"b\", null, a), { a: X }))",
]

/// Whatever carries a value from a source to a sink is followed, whatever it is.
@Suite struct CarrierTests {
  /// The carrier with its letters replaced where they stand alone.
  static func filled(
    _ carrier: String, _ value: String = "x", _ number: String = "n"
  ) -> String {
    var text = ""
    let scalars = Array(carrier)
    for (index, letter) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : " "
      let after = index + 1 < scalars.count ? scalars[index + 1] : " "
      let isAlone = !before.isLetter && !after.isLetter && !before.isNumber && !after.isNumber
      text += letter == "X" && isAlone ? value : letter == "N" && isAlone ? number : String(letter)
    }
    return text
  }

  private func program(_ carrier: String, _ value: String, _ rest: String) -> String {
    handler(
      "const x = \(value);\nconst n = Number(x);\nconst out = \(Self.filled(carrier));\n\(rest)")
  }

  @Test(arguments: carriers) func secrets(_ carrier: String) throws {
    let rest = "return Response.json({ out });"
    try expect(.noSecretLeakage, false, of: program(carrier, "env(\"API_KEY\") ?? \"\"", rest))
    try expect(.noSecretLeakage, true, of: program(carrier, "env(\"REGION\") ?? \"\"", rest))
  }

  @Test(arguments: carriers) func credentials(_ carrier: String) throws {
    let rest = "console.log(out); return Response.text(\"x\");"
    try expect(
      .noCredentialLeakage, false, of: program(carrier, "req.headers.cookie ?? \"\"", rest))
    try expect(.noCredentialLeakage, true, of: program(carrier, "req.headers.accept ?? \"\"", rest))
  }

  @Test(arguments: carriers) func requestData(_ carrier: String) throws {
    let rest = "console.log(out); return Response.text(\"x\");"
    try expect(.piiContained, false, of: program(carrier, "req.query.a ?? \"\"", rest))
    try expect(.piiContained, true, of: program(carrier, "env(\"REGION\") ?? \"\"", rest))
  }

  @Test(arguments: carriers) func chance(_ carrier: String) throws {
    let rest = "return Response.json({ out });"
    try expect(.deterministic, false, of: program(carrier, "String(Math.random())", rest))
    try expect(.deterministic, true, of: program(carrier, "String(req.query.a)", rest))
  }

  @Test(arguments: carriers) func whatEarlierRequestsStored(_ carrier: String) throws {
    let rest = "cacheSet(\"n\", \"k\", JSON.stringify({ out }), 60); return Response.text(\"x\");"
    try expect(.retrySafe, false, of: program(carrier, "cacheGet(\"n\", \"z\") ?? \"\"", rest))
    try expect(.retrySafe, true, of: program(carrier, "req.query.a ?? \"\"", rest))
  }
}
