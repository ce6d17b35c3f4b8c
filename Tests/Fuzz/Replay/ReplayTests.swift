import Foundation
import Testing

/// What the fuzzer once found is read again, by the same functions: `testdata/fuzz` has a folder
/// for each target and in it a file for each input.
struct ReplayTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "testdata/fuzz")

  private static func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func everyPromiseIsKept(_ name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let folder = Self.folder.appending(path: name)
    let inputs = try Self.names(folder)
    try #require(!inputs.isEmpty, "\(name) has no input in testdata/fuzz")
    for input in inputs {
      let bytes = Array(try Data(contentsOf: folder.appending(path: input)))
      #expect(throws: Never.self, "\(name)/\(input)") { try target.run(bytes) }
    }
    #expect(throws: Never.self, "nothing at all") { try target.run([]) }
  }

  @Test func everyFolderHasItsTarget() throws {
    #expect(try Self.names(Self.folder) == FuzzTarget.all.map(\.name).sorted())
  }

  @Test func aBrokenPromiseIsSeen() {
    #expect(throws: Broken.self) { try require(false, "it holds") }
    #expect(throws: Broken.self) { try again("nothing") { throw Broken(description: "no") } }
  }
}
