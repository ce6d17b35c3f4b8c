import HandlerLanguage
import Testing

@Suite struct StatementTreeTests {
  @Test(arguments: [
    (
      "let a, b = 1; const { c = b, d: [e, , ...f], ...g } = {}",
      "(let a , b 1) (const {c:c=b d:[e _ ...f] ...g} {})"
    ),
    (
      "const f = () => 1, g = function () {}, h = function i() {}",
      "(const f (fn f () 1) , g (fn g () {}) , h (fn self i () {}))"
    ),
    (
      "const o = { m() {}, n: () => {}, ['k']: () => {} }",
      "(const o {m:(fn m () {}) n:(fn n () {}) [\"k\"]:(fn () {})})"
    ),
    ("let a\nlet b = a\n(b)", "handler.ts:3:2: error[ZT309]"),
    ("let a = 1\n;[a] |> (x => x)", "(let a 1) (|> apply [a] (fn (x) x))"),
    ("if (1) {} else if (2) ; else { let a }", "(if 1 {} (if 2 {} {(let a)}))"),
    (
      "for (const [k, v] of []) { continue } for (let x of 'a') break",
      "(for [k v] [] {(continue)}) (for let x \"a\" (break))"
    ),
    (
      "function f(x) { switch (x) { case 1: case 2: return 1; case 3: { f(); break } default: f(); break; case 4: } }",
      "(function f (x) {(switch x ([1 2] (return 1)) ([3] {(call f)}) ([default] (call f)) ([4] ))})"
    ),
    (
      "function f(x) { switch (x) { case 1: if (x) return; else { break } case 2: for (const y of x) { break } } }",
      "(function f (x) {(switch x ([1] (if x (return) {(break)})) ([2] (for y x {(break)})))})"
    ),
    (
      "assert 1, 'why'; assert(2, 'w'); assert(3); assert (4) && 5",
      "(assert 1 \"why\") (assert 2 \"w\") (assert 3) (assert (&& 4 5))"
    ),
    (
      "function f(a) { assert a, Response.text('b'); assert(a, Response.text('c')); }",
      """
      (function f (a) {(if (! a) (return (call (. Response text) "b"))) \
      (if (! a) (return (call (. Response text) "c")))})
      """
    ),
    ("assert 1, Response.text('b')", "(assert 1 (call (. Response text) \"b\"))"),
    ("1 // a \u{2028} 2 // b \u{2029} 3 // c", "1 2 3"),
    (
      "assert (p, q) => p; assert (p = 1) => p, 'w'",
      "(assert (fn (p q) p)) (assert (fn (p=1) p) \"w\")"
    ),
    ("function f() { return\n1 }", "(function f () {(return) 1})"),
    (
      "type A = string; interface B {} declare const c: number; export type { A }; import type { D } from './x'",
      ""
    ),
    (
      "function f(a: string): string\nfunction f(a: number): number;\nfunction f(a) { return a }",
      "(function f (a) {(return a)})"
    ),
    ("const type = 1, interface_ = 2; type\n+ type", "(const type 1 , interface_ 2) (+ type type)"),
    ("let declare = 1; declare = 2", "(let declare 1) (= declare 2)"),
    ("{ const a = 1 } { const a = 2 }", "{(const a 1)} {(const a 2)}"),
    (
      "function f(): Spec<'read_only' | \"no-secret-leakage\"> {}",
      "(function f () <no-secret-leakage,read-only> {})"
    ),
    ("const f = (x): Response & Spec<'a'> & Other<'b'> => x", "(const f (fn f (x) <a> x))"),
    (
      "type S = Spec<'b_c'>; function f(): S {} function g(): T {} type T = S",
      "(function f () <b-c> {}) (function g () <b-c> {})"
    ),
  ])
  func statements(_ source: String, _ expected: String) {
    if expected.hasPrefix("handler.ts") {
      #expect(tree(source).hasPrefix(expected))
    } else {
      #expect(tree(source) == expected)
    }
  }

  @Test(
    arguments: [
      (#""\n\t\r\b\f\v\0\'\"\\\a""#, [10, 9, 13, 8, 12, 11, 0, 39, 34, 92, 97]),
      (#""\x41\u0042\u{43}\u{1F600}""#, [0x41, 0x42, 0x43, 0xD83D, 0xDE00]),
      (#""\uD83D""#, [0xD83D]),
      (#""\uDE00\uD83D""#, [0xDE00, 0xD83D]),
      ("'a\\\nb\\\r\nc\\\u{2028}d'", [97, 98, 99, 100]),
      ("'\u{2028}é😀'", [0x2028, 0xE9, 0xD83D, 0xDE00]),
      ("`a\r\nb\rc\n${1}`", nil),
    ] as [(String, [UInt16]?)])
  func stringValues(_ source: String, _ units: [UInt16]?) throws {
    let result = Project("const a = \(source)\nfunction handler() {}").load()
    let program = try #require(result.program, "\(result.diagnostics)")
    guard case .variables(_, let declarators) = program.modules[0].body[0].kind else {
      Issue.record("no declaration")
      return
    }
    switch declarators[0].value?.kind {
    case .string(let literal): #expect(literal.units == units)
    case .template(let quasis, let values):
      #expect(quasis.map(\.text) == ["a\nb\nc\n", ""])
      #expect(values.count == 1)
    default: Issue.record("no text")
    }
  }

  @Test(arguments: [
    ("0x1F", 31), ("0XfF", 255), ("0b101", 5), ("0o17", 15), ("1_000", 1000), (".5", 0.5),
    ("5.", 5), ("5.e1", 50), ("1e3", 1000), ("1E-2", 0.01), ("1e400", .infinity), ("1e-400", 0),
    ("0.1", 0.1), ("9007199254740993", 9_007_199_254_740_992), ("5e-324", .leastNonzeroMagnitude),
    ("0x20000000000001", 9_007_199_254_740_992), ("0x20000000000003", 9_007_199_254_740_996),
    ("0xFFFFFFFFFFFFFFFFFF", 4_722_366_482_869_645_213_696), ("0", 0), ("0.0e0", 0),
  ])
  func numbers(_ source: String, _ value: Double) throws {
    let program = try #require(Project("\(source)\nfunction handler() {}").load().program)
    guard case .expression(let expression) = program.modules[0].body[0].kind,
      case .number(let found) = expression.kind
    else {
      Issue.record("no number")
      return
    }
    #expect(found == value)
  }

  @Test(arguments: [
    ("1", "1"), ("1.50", "1.5"), ("1e21", "1e+21"), ("1e20", "100000000000000000000"),
    ("0x10", "16"), ("1e-7", "1e-7"), ("1.25e-7", "1.25e-7"), ("0.000001", "0.000001"),
    ("123456789.125", "123456789.125"), ("1e400", "Infinity"), ("1.5e300", "1.5e+300"),
    ("12345678901234567890", "12345678901234567000"), ("0", "0"),
  ])
  func numberKeys(_ source: String, _ key: String) {
    #expect(expression("{ \(source): a }") == "{\(key):a}")
  }
}

@Suite struct MarkupAndMatchTreeTests {
  @Test(arguments: [
    ("<p/>", "(jsx p)"),
    ("<></>", "(jsx <>)"),
    (
      "<p a b='1' c=\"x &amp; y\" d={a} {...o} data-e-f=\"\" xlink:href={b}/>",
      "(jsx p @a @b=\"1\" @c=\"x & y\" @d=a @...o @data-e-f=\"\" @xlink:href=b)"
    ),
    ("<p>one {a} two</p>", "(jsx p \"one \" a \" two\")"),
    ("<p>\n  one\n  two\t\n\n  {a}  {b}\n</p>", "(jsx p \"one two\" a \"  \" b)"),
    ("<p> </p>", "(jsx p \" \")"),
    ("<p>\n</p>", "(jsx p)"),
    ("<p>{/* nothing */}{}</p>", "(jsx p)"),
    ("<p>&nbsp;&#65;&#x42;&unknown;&lt;&; &amp</p>", "(jsx p \"\\ua0AB&unknown;<&; &amp\")"),
    (
      "<p>&#X41;&#00000000065;&#x0041;&#x110000;&#;&#x;</p>",
      "(jsx p \"&#X41;AA&#x110000;&#;&#x;\")"
    ),
    (
      "<ul>{...a}<li>{b}</li>it's \"x\" // y</ul>",
      "(jsx ul a (jsx li b) \"it's \\u22x\\u22 // y\")"
    ),
    ("<o.Row n={1}><my-el/><svg:a/></o.Row>", "(jsx !(. o Row) @n=1 (jsx my-el) (jsx svg:a))"),
    ("<p a=<b/>>{a > b}</p>", "(jsx p @a=(jsx b) (> a b))"),
    ("a < b", "(< a b)"),
    ("<T,>(x: T) => <p>{x}</p>", "(fn (x) (jsx p x))"),
    ("<T extends object>(x: T) => x", "(fn (x) x)"),
    (
      "<if class='x' for={a}>{a ? <b/> : <>c</>}</if>",
      "(jsx if @class=\"x\" @for=a (? a (jsx b) (jsx <> \"c\")))"
    ),
    ("<p a='\n  b\n'>{`${a}`}</p>", "(jsx p @a=\"\\ua  b\\ua\" (template \"\" a \"\"))"),
    ("<p>a\r\n  b</p>", "(jsx p \"a b\")"),
  ])
  func markup(_ source: String, _ expected: String) {
    #expect(expression(source, path: "handler.tsx") == expected)
  }

  @Test(arguments: [
    ("match (a) { when 1: b, when -2: c default: d }", "(match a (1 b) ((- 2) c) (default d))"),
    (
      "match (a) { when 'x': { y: 1 } when null: [] when undefined: x => x when _: 1 }",
      "(match a (\"x\" {y:1}) (null []) (undefined (fn (x) x)) (_ 1))"
    ),
    (
      "match (a) { when { p: 1, q, r: z, s: { t: true, u: _ }, 'v': undefined }: q + z }",
      "(match a ({p:1 q@q r@z s:{t:true u:_} v:undefined} (+ q z)))"
    ),
    ("match (a) { when {}: 1 }.b", "(. (match a ({} 1)) b)"),
    (
      "match (match (a) { when 1: 2 }) { default: a ? b : c |> f }",
      "(match (match a (1 2)) (default (|> apply (? a b c) f)))"
    ),
    ("match (a) { default: f\n(b) }", "(match a (default (call f b)))"),
  ])
  func matches(_ source: String, _ expected: String) {
    #expect(expression(source) == expected)
  }

  @Test func matchIsAnOrdinaryNameElsewhere() {
    #expect(
      tree("const match = x => x; match(1); match(2, 3); match\n(4)")
        == "(const match (fn match (x) x)) (call match 1) (call match 2 3) (call match 4)")
    #expect(
      tree("const match = x => x; if (match(1)) { let when }")
        == "(const match (fn match (x) x)) (if (call match 1) {(let when)})")
  }

  @Test func pipelinesBindLooser() {
    let names = "const f = x => x, g = f; let a, b, c;"
    let head = "(const f (fn f (x) x) , g f) (let a , b , c) "
    #expect(tree("\(names) a ?? b |> f |> g") == head + "(|> apply (?? a b) f g)")
    #expect(tree("\(names) a ? b : c |> f") == head + "(|> apply (? a b c) f)")
    #expect(tree("\(names) c = a |> f") == head + "(= c (|> apply a f))")
    #expect(tree("\(names) x => x |> f") == head + "(fn (x) (|> apply x f))")
    #expect(tree("\(names) a |> (x => x) |> f") == head + "(|> apply a (fn (x) x) f)")
  }
}
