import HandlerLanguage
import Testing

@Suite struct LoaderTests {
  @Test(arguments: [
    ("./lib", "lib.ts"), ("./lib", "lib.tsx"), ("./lib", "lib.jsx"), ("./lib", "lib.js"),
    ("./lib", "lib/index.ts"), ("./lib", "lib/index.js"), ("./lib.ts", "lib.ts"),
    ("./lib.js", "lib.js"), ("./lib.js", "lib.ts"), ("./lib.jsx", "lib.tsx"),
    ("./lib/", "lib/index.ts"), ("./a/../lib", "lib.ts"), ("././lib", "lib.ts"),
    ("./lib.v1", "lib.v1.ts"), (".", "index.ts"), ("./a/b/c", "a/b/c.ts"),
  ])
  func importsFindTheirFile(_ text: String, _ path: String) throws {
    let result = Project([
      "handler.ts": "import { a } from '\(text)'; export const handler = () => a",
      path: "export const a = 1",
    ]).load()
    let program = try #require(result.program, "\(result.diagnostics)")
    #expect(program.files.map(\.path) == ["handler.ts", path])
  }

  @Test func endingsAreTriedInOrder() {
    let project = Project([
      "handler.ts": "import { a } from './lib'; export const handler = () => a",
      "lib.js": "export const a = 1", "lib.tsx": "export const a = 1",
      "lib/index.ts": "export const a = 1",
    ])
    #expect(project.load().files.map(\.path) == ["handler.ts", "lib.tsx"])
  }

  @Test func everySourceIsReadOnce() throws {
    let project = Project([
      "src/handler.ts":
        "import { a } from './a'; import { b } from './b.ts'; import { c } from '../c'; export const handler = () => a + b + c",
      "src/a.ts": "import { b } from './b'; import { c } from '../c'; export const a = b + c",
      "src/b.ts":
        "import { c } from '../c.ts'; import {} from '../c'; import '../c'; export const b = c",
      "c.ts": "export const c = 1",
    ])
    var asked: [String] = []
    let result = Program.load(entry: "./src/handler.ts") { path in
      asked.append(path)
      return project.files[path].map { Array($0.utf8) }
    }
    #expect(result.program != nil, "\(result.diagnostics)")
    #expect(Set(asked).count == asked.count)
    #expect(result.files.map(\.path) == ["src/handler.ts", "src/a.ts", "src/b.ts", "c.ts"])
    let order = result.program?.modules.map { result.files[$0.file].path }
    #expect(order == ["c.ts", "src/b.ts", "src/a.ts", "src/handler.ts"])
  }

  @Test func typeImportsNeedNoFile() {
    let project = Project(
      """
      import type { A } from "./nowhere"
      import { type B } from "package"
      import type * as C from "other"
      import type D, { E } from "third"
      export const handler = (a: A, b: B, c: C.X, d: D & E) => 1
      """)
    #expect(project.load().diagnostics.map(\.description) == [])
  }

  @Test func problemsOfEveryFileAreReported() {
    let result = Project([
      "handler.ts":
        "import { a } from './a'; import { b } from './b'; export const handler = () => a + b + c",
      "a.ts": "export const a = 1 == 2", "b.ts": "export var b = this",
    ]).load()
    #expect(result.program == nil)
    #expect(
      result.diagnostics.map { "\($0.path) \($0.code)" } == [
        "handler.ts ZT301", "a.ts ZT213", "b.ts ZT201", "b.ts ZT203",
      ])
    #expect(result.files.count == 3)
  }

  /// All of them, so that it can be said how many there are; of thousands the first thousand.
  @Test func everyDiagnosticOfAFileIsTold() {
    for (count, told) in [(69, 69), (1500, 1000)] {
      let source = (0..<count).map { "\($0) == 1" }.joined(separator: "\n")
      #expect(Project(source).load().diagnostics.count { $0.code == "ZT213" } == told)
      let names = (0..<count).map { "x\($0)" }.joined(separator: "\n")
      #expect(Project(names).load().diagnostics.count { $0.code == "ZT301" } == told)
    }
  }

  @Test func missingEntry() {
    let result = Project([:]).load("src/handler.ts")
    #expect(
      result.diagnostics.map(\.description) == [
        "src/handler.ts:1:1: error[ZT314]: there is no file `src/handler.ts`"
      ])
    #expect(result.files.isEmpty)
    #expect(Project([:]).load("../x.ts").diagnostics.map(\.code) == ["ZT314"])
  }

  @Test func errorsOfTheReaderComeThrough() {
    struct Denied: Error, Equatable { var path: String }
    #expect(throws: Denied(path: "handler.ts")) {
      try Program.load(entry: "handler.ts") { (path) throws(Denied) -> [UInt8]? in
        throw Denied(path: path)
      }
    }
  }

  @Test func columnsCountUTF16Units() {
    #expect(
      problems("const a = \"😀é\"; x\n/* 😀\n😀 */ y\nfunction handler() {}").map { $0.prefix(17) }
        == ["handler.ts:1:18: ", "handler.ts:3:7: e"])
    #expect(
      problems("\u{FEFF}x\nfunction handler() {}").map { $0.prefix(15) } == ["handler.ts:1:1:"])
    #expect(
      problems("\u{2028}x\nfunction handler() {}").map { $0.prefix(15) } == ["handler.ts:2:1:"])
  }

  @Test func warningsDoNotStop() throws {
    let result = Project("const a = match (1) {}\nfunction handler() {}").load()
    let program = try #require(result.program)
    #expect(program.warnings.map(\.code) == ["ZT246"])
    #expect(result.warnings == program.warnings)
    #expect(result.errors.isEmpty)
  }
}
