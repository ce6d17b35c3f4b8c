import HandlerLanguage
import Testing

/// "é" in one code point and in two: equal to Swift, two names in a source.
private let short = "caf\u{E9}"
private let long = "cafe\u{301}"

@Suite struct ByteNameTests {
  @Test func declarationsAreToldApartByTheirBytes() {
    let source = """
      const \(short) = 1
      const \(long) = 2
      function f(\(short)) { const \(long) = 3; return \(long) }
      export function handler() { return f(\(short) + \(long)) }
      """
    #expect(problems(source) == [])
    #expect(codes(source.replacing("const \(long)", with: "const \(short)")).contains("ZT307"))
  }

  @Test func aNameInTheOtherFormIsNotDeclared() {
    #expect(
      codes("const \(short) = 1\nexport function handler() { return \(long) }") == ["ZT301"])
  }

  @Test func referencesReachTheBindingOfTheirOwnBytes() throws {
    let program = try #require(
      Project(
        """
        const \(short) = 1, \(long) = 2
        export function handler() { return \(long) }
        """
      ).load().program)
    let read = program.references.compactMap { reference in
      if case .binding(let index)? = reference { program.bindings[index].name } else { nil }
    }
    #expect(read.map { Array($0.utf8) } == [Array(long.utf8)])
  }

  @Test func exportsAreToldApartByTheirBytes() {
    let both = Project([
      "handler.ts": """
      import { \(short), \(long) } from "./lib"
      export function handler() { return \(short) + \(long) }
      """,
      "lib.ts": "export const \(short) = 1, \(long) = 2",
    ])
    #expect(both.load().diagnostics.map(\.description) == [])
    let one = Project([
      "handler.ts": """
      import { \(long) } from "./lib"
      export function handler() { return \(long) }
      """,
      "lib.ts": "export const \(short) = 1",
    ])
    #expect(one.load().diagnostics.map(\.code) == ["ZT311"])
  }

  @Test func filesAreToldApartByTheirBytes() {
    let files: [(path: String, source: String)] = [
      (
        "handler.ts",
        """
        import { a } from "./\(short)"
        import { b } from "./\(long)"
        export function handler() { return a + b }
        """
      ),
      ("\(short).ts", "export const a = 1"), ("\(long).ts", "export const b = 2"),
    ]
    let result = Program.load(entry: "handler.ts") { path in
      files.first { $0.path.utf8.elementsEqual(path.utf8) }.map { Array($0.source.utf8) }
    }
    #expect(result.diagnostics.map(\.description) == [])
    #expect(result.program?.files.count == 3)
  }

  @Test(arguments: ["./\u{301}x", "./\u{301}x.ts", "./a/\u{301}/../../\u{301}x"])
  func anImportMayStartWithACombiningMark(_ text: String) {
    let source = """
      import { x } from "\(text)"
      export function handler() { return x }
      """
    let project = Project(["handler.ts": source, "\u{301}x.ts": "export const x = 1"])
    #expect(project.load().diagnostics.map(\.description) == [])
  }

  @Test func aCombiningMarkHidesNoWayOutOfTheProject() {
    let source = """
      import { x } from "./\u{301}a/../../x"
      export function handler() { return x }
      """
    #expect(Project(["handler.ts": source]).load().diagnostics.map(\.code) == ["ZT313"])
  }
}
