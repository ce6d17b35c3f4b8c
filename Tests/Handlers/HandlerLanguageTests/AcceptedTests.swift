import HandlerLanguage
import Testing

@Suite struct AcceptedTests {
  static let corpus = names(in: testdata + "/accepted").filter { !$0.hasPrefix("lib") }

  @Test func corpusIsThere() { #expect(Self.corpus.count >= 12) }

  @Test(arguments: corpus)
  func corpusFileLoads(_ name: String) {
    let folder = testdata + "/accepted"
    let result = Program.load(entry: name) { path in bytes(of: "\(folder)/\(path)") }
    #expect(result.diagnostics.map(\.description) == [])
    #expect(result.program != nil)
  }

  static let samples = ["hello", "echo", "orders", "pages", "router20"]

  @Test(arguments: samples)
  func sampleHandlerLoads(_ name: String) {
    let folder = testdata + "/../" + name
    let entry = bytes(of: folder + "/handler.ts") == nil ? "handler.tsx" : "handler.ts"
    let result = Program.load(entry: entry) { path in bytes(of: "\(folder)/\(path)") }
    #expect(result.diagnostics.map(\.description) == [])
    #expect(result.program != nil)
  }
}
