import HandlerLanguage
import Testing

@Suite struct ResolverTests {
  func program(_ source: String, path: String = "handler.ts") throws -> Program {
    let result = Project(source, path: path).load(path)
    return try #require(result.program, "\(result.diagnostics)")
  }

  func binding(_ name: String, in program: Program) throws -> Binding {
    try #require(program.bindings.first { $0.name == name })
  }

  @Test func capturedAndReassigned() throws {
    let program = try program(
      """
      const top = 1
      function handler(req, plain) {
        let counted = 0, inner = 0, local = 1
        const step = () => { counted += 1; const own = top; return own + req.x }
        local = 2
        step()
        return { plain, local, inner }
      }
      """)
    #expect(try binding("top", in: program).isCaptured == false)
    #expect(try binding("top", in: program).function == nil)
    #expect(try binding("counted", in: program).isCaptured)
    #expect(try binding("counted", in: program).isReassigned)
    #expect(try binding("req", in: program).isCaptured)
    #expect(try !binding("req", in: program).isReassigned)
    #expect(try !binding("plain", in: program).isCaptured)
    #expect(try !binding("local", in: program).isCaptured)
    #expect(try binding("local", in: program).isReassigned)
    #expect(try !binding("inner", in: program).isReassigned)
    #expect(try !binding("own", in: program).isCaptured)
    #expect(try binding("step", in: program).kind == .const)
    #expect(try binding("plain", in: program).kind == .parameter)
    #expect(try binding("handler", in: program).kind == .function)
    #expect(program.functionCount == 2)
  }

  @Test func parametersCanBeAssigned() throws {
    let program = try program("function handler(req) { req = 1; return req }")
    #expect(try binding("req", in: program).isReassigned)
  }

  @Test func innerNamesHideOuterOnes() throws {
    let program = try program(
      """
      const x = 1
      function handler(JSON) { { const x = 2; x } const r = (x) => x; return JSON.anything }
      """)
    let declared = program.bindings.indices.filter { program.bindings[$0].name == "x" }
    #expect(declared.count == 3)
    let used = declared.map { index in
      program.references.filter { $0 == .binding(index) }.count
    }
    #expect(used == [0, 1, 1])
    #expect(!program.references.contains(.global(.json)))
  }

  @Test func numbersAreDense() throws {
    let program = try program(
      """
      const a = (1), b = (x = (y) => y) => x, c = [a < b, (a), { a }]
      interface T { [k: string]: typeof a }
      function handler() { assert(a); return a ? (b) : c => c }
      """)
    var expressions: [Int] = []
    var functions: [Int] = []
    for statement in program.modules[0].body {
      Walk.statement(statement) {
        expressions.append($0.id)
      } function: {
        functions.append($0.id)
      }
    }
    #expect(Set(expressions).count == expressions.count)
    #expect(expressions.allSatisfy { $0 < program.expressionCount })
    #expect(Set(functions) == Set(0..<program.functionCount))
    #expect(functions.count == program.functionCount)
  }

  @Test func everyIdentifierHasItsReference() throws {
    for name in AcceptedTests.corpus {
      let folder = testdata + "/accepted"
      let result = Program.load(entry: name) { path in bytes(of: "\(folder)/\(path)") }
      let program = try #require(result.program)
      for statement in program.modules.flatMap(\.body) {
        Walk.statement(statement) { expression in
          if case .identifier(let spelled) = expression.kind {
            #expect(program.references[expression.id] != nil, "\(name): \(spelled)")
          } else {
            #expect(program.references[expression.id] == nil)
          }
        } function: { _ in
        }
      }
    }
  }

  @Test func modulesAndGlobals() throws {
    let program = try program(
      """
      import { env as read } from "zigttp:env"
      import { sha256, } from "zigttp:crypto"
      import { type Spec } from "zigttp:types"
      const mode = read("MODE"), digest = sha256("x"), list = [1].map(String)
      export const handler = () => Response.json(JSON.parse("1"))
      """)
    let used = program.references.compactMap { $0 }
    #expect(used.contains(.module(.env)))
    #expect(used.contains(.module(.sha256)))
    #expect(used.contains(.global(.string)))
    #expect(used.contains(.global(.response)))
    #expect(used.contains(.global(.json)))
    #expect(program.virtualModules == ["crypto", "env"])
  }

  @Test func importsAreFollowedToTheirDeclaration() throws {
    let result = Project([
      "src/handler.ts": """
      import { total as sum, read, Shape } from "../lib/index"
      export function handler(x: Shape) { return sum + read("A") }
      """,
      "lib/index.ts": """
      export { total } from "./deep/values.js"
      export { env as read } from "zigttp:env"
      export type { Shape } from "./missing-types"
      """,
      "lib/deep/values.ts": "const inner = 1\nexport { inner as total }",
    ]).load("src/handler.ts")
    let program = try #require(result.program, "\(result.diagnostics)")
    #expect(program.files.map(\.path) == ["src/handler.ts", "lib/index.ts", "lib/deep/values.ts"])
    #expect(
      program.modules.map { program.files[$0.file].path } == [
        "lib/deep/values.ts", "lib/index.ts", "src/handler.ts",
      ])
    let inner = try #require(program.bindings.firstIndex { $0.name == "inner" })
    #expect(program.references.contains(.binding(inner)))
    #expect(program.references.contains(.module(.env)))
    #expect(program.virtualModules == ["env"])
    #expect(program.bindings[inner].file == 2)
  }

  @Test(
    arguments: [
      ("function handler() {}", "handler"),
      ("export function handler() {}", "handler"),
      ("const handler = () => 1", "handler"),
      ("const handler = (() => 1) as Handler; export default handler", "handler"),
      ("export default function handler() {}", "handler"),
      ("export default function serve() {}", "serve"),
      ("const serve = () => 1; export default serve", "serve"),
      ("const serve = () => 1; export { serve as default }", "serve"),
      ("const serve = () => 1; export { serve as handler }", "serve"),
      ("const wrap = f => f; export const handler = wrap(() => 1)", "handler"),
      ("export default () => 1", nil),
      ("export default function () {}", nil),
      ("import { guard } from 'zigttp:compose'; export default guard(() => 1) |> (() => 2)", nil),
      ("import { pipe } from 'zigttp:compose'; export default pipe(() => 2)", nil),
    ] as [(String, String?)])
  func handlers(_ source: String, _ name: String?) throws {
    let program = try program(source)
    switch program.handler {
    case .binding(let binding): #expect(program.bindings[binding].name == name)
    case .defaultExport(let value):
      #expect(name == nil)
      #expect(value.id < program.expressionCount)
    }
  }

  @Test func handlerOfAnotherFile() throws {
    let result = Project([
      "handler.ts": "import { handler } from './app'; export default handler",
      "app.ts": "export const handler = () => 1; export default 5",
    ]).load()
    let program = try #require(result.program, "\(result.diagnostics)")
    guard case .binding(let binding) = program.handler else {
      Issue.record("no binding")
      return
    }
    #expect(program.bindings[binding].file == 1)
    // What a default export evaluates that nobody can import still runs.
    #expect(program.modules[0].body.count == 2)
  }

  @Test(arguments: [
    ("auth |> main", "(|> sequence 1 auth main)"),
    ("auth |> main |> (alias)", "(|> sequence 1 auth main alias)"),
    ("main |> auth", "(|> sequence 0 main auth)"),
    (
      "guard(x => x) |> (x => x) |> made", "(|> sequence 1 (call guard (fn (x) x)) (fn (x) x) made)"
    ),
    ("table.first |> main", "(|> sequence 1 (. table first) main)"),
    ("(1 ? auth : alias) |> main", "(|> sequence 1 (? 1 auth alias) main)"),
    ("auth |> (alias |> main)", "(|> sequence 1 auth (|> sequence 1 alias main))"),
    ("imported |> main", "(|> sequence 1 imported main)"),
    ("1 |> main", "(|> apply 1 main)"),
    ("auth(1) |> main", "(|> apply (call auth 1) main)"),
    (
      "'x' |> main |> JSON.stringify |> String |> table.plain",
      "(|> apply \"x\" main (. JSON stringify) String (. table plain))"
    ),
  ])
  func pipelines(_ source: String, _ expected: String) throws {
    let result = Project([
      "handler.ts": """
      import { guard } from "zigttp:compose"
      import { imported } from "./lib"
      const auth = guard((req) => undefined), alias = auth, main = (req) => 1
      const make = (role) => guard((req) => role)
      const made = make("a"), table = { first: auth, plain: main }
      const found = \(source)
      export { main as handler }
      """,
      "lib.ts": "import { guard } from \"zigttp:compose\"\nexport const imported = guard(() => 1)",
    ]).load()
    let program = try #require(result.program, "\(result.diagnostics)")
    let statement = try #require(program.modules[1].body.last)
    #expect(TreePrinter().print(statement) == "(const found \(expected))")
  }

  @Test func withoutGuardsEveryPipelineApplies() {
    #expect(
      tree("let f, x; function g(h) { return x |> f |> h |> f.y |> f(1) }")
        == "(let f , x) (function g (h) {(return (|> apply x f h (. f y) (call f 1)))})")
  }

  @Test(arguments: [
    ("import { Safe } from './types'", "Safe"),
    ("import type { Safe } from './types'", "Safe"),
    ("import { type Safe as S } from './types'", "S"),
    ("import type { Spec as Declared } from 'zigttp:types'", "Declared<'read_only'>"),
    (
      "import { Spec as Declared } from 'zigttp:types'; type X = Y; type Y = Declared<'read-only'>",
      "Y"
    ),
  ])
  func specsUnderOtherNames(_ imports: String, _ type: String) throws {
    let result = Project([
      "handler.ts": "\(imports)\nexport function handler(): Response & \(type) {}",
      "types.ts":
        "import type { T } from './handler'; export type Safe = Response & Spec<'read_only'>",
    ]).load()
    let program = try #require(result.program, "\(result.diagnostics)")
    guard case .function(_, let function)? = program.modules.last?.body[0].kind else {
      Issue.record("no function")
      return
    }
    #expect(function.declaredSpecs == ["read-only"])
  }
}
