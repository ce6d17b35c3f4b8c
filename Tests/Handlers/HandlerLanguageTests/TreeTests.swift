import HandlerLanguage
import Testing

/// The tree of statements in front of a handler.
func tree(_ source: String, path: String = "handler.ts") -> String {
  let result = Project(source + "\nfunction handler() {}", path: path).load(path)
  guard let program = result.program else {
    return result.diagnostics.map(\.description).joined(separator: "\n")
  }
  return TreePrinter().print(Array(program.modules[0].body.dropLast()))
}

/// The tree of one expression whose names are all declared.
func expression(_ source: String, path: String = "handler.ts") -> String {
  let names = "let a, b, c, d, f, o, x, y;\n"
  let result = tree(names + "(" + source + ");", path: path)
  let head = "(let a , b , c , d , f , o , x , y) "
  return result.hasPrefix(head) ? String(result.dropFirst(head.count)) : result
}

@Suite struct TreeTests {
  @Test(arguments: [
    ("a + b * c ** d ** x", "(+ a (* b (** c (** d x))))"),
    ("a - b - c", "(- (- a b) c)"),
    ("(a - b) * c", "(* (- a b) c)"),
    ("a ?? b ?? c", "(?? (?? a b) c)"),
    ("a || b && c", "(|| a (&& b c))"),
    ("(a ?? b) || c", "(|| (?? a b) c)"),
    ("a | b ^ c & d", "(| a (^ b (& c d)))"),
    ("a === b !== c", "(!== (=== a b) c)"),
    ("a < b === c >= d", "(=== (< a b) (>= c d))"),
    ("a >> b >>> c << d", "(<< (>>> (>> a b) c) d)"),
    ("a > b", "(> a b)"),
    ("'k' in o", "(in \"k\" o)"),
    ("-a * +b", "(* (- a) (+ b))"),
    ("(-a) ** b", "(** (- a) b)"),
    ("!typeof ~void a", "(! (typeof (~ (void a))))"),
    ("a ? b : c ? d : x", "(? a b (? c d x))"),
    ("a = b = c", "(= a (= b c))"),
    ("a += b ??= c", "(+= a (??= b c))"),
    ("o.p.q = a", "(= (. (. o p) q) a)"),
    ("o[a][b] **= 2", "(**= ([] ([] o a) b) 2)"),
    ("o.if.class", "(. (. o if) class)"),
    ("f(a, ...b)(c)", "(call (call f a ...b) c)"),
    ("o?.p.q?.[a]?.(b)", "(chain (?.call (?.[] (. (?. o p) q) a) b))"),
    ("(o?.p).q", "(. (chain (?. o p)) q)"),
    ("a ?.5 : b", "(? a 0.5 b)"),
    ("o!.p![0]!", "([] (. o p) 0)"),
    ("f<number, string[]>(a)", "(call f a)"),
    ("f<{ a: Array<Array<number>> }>(a)", "(call f a)"),
    (
      "a < b, 1",
      "handler.ts:2:7: error[ZT227]: the comma operator is not part of the language; write two statements"
    ),
    ("a as number + 1", "(+ a 1)"),
    ("[1, ...a, { b, 'c': 2, [d]: 3, 4: 5, ...o }]", "[1 ...a {b:b c:2 [d]:3 4:5 ...o}]"),
    ("() => {}", "(fn () {})"),
    ("() => ({})", "(fn () {})"),
    ("async => async", "(fn (async) async)"),
    ("x => y => x + y", "(fn (x) (fn (y) (+ x y)))"),
    ("({ a: q = 1, ...r }, [s, , t] = [], ...[u]) => q", "(fn ({a:q=1 ...r} [s _ t]=[] ...[u]) q)"),
    ("(x: number, y?: string): string => y", "(fn (x y) y)"),
    ("<T>(x: T): T => x", "(fn (x) x)"),
    ("a ? (b) : c => d", "(? a b (fn (c) d))"),
    ("a ? (x) : (y) : number => y", "(? a x (fn (y) y))"),
    ("a ? (x): number => x : y", "(? a (fn (x) x) y)"),
    (
      "a ? function () { return (x): number => x } : y",
      "(? a (fn () {(return (fn (x) x))}) y)"
    ),
    ("a ? x => x : y => y", "(? a (fn (x) x) (fn (y) y))"),
    ("function g(x = 1, ...r) { return g }", "(fn self g (x=1 ...r) {(return g)})"),
    (
      "{ m(x) { return x }, f: () => 1, g }.m",
      "handler.ts:2:35: error[ZT301]: `g` is not declared; did you mean `a`?"
    ),
    ("`a${b}c${`d${x}`}`", "(template \"a\" b \"c\" (template \"d\" x \"\") \"\")"),
    ("a |> f |> x.y", "(|> apply a f (. x y))"),
  ])
  func expressions(_ source: String, _ expected: String) {
    #expect(expression(source) == expected)
  }
}
