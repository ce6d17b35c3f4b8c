import Foundation
import Testing

/// Files that hold what a rendering must be, byte for byte, under `testdata/goldens/reports`.
///
/// `RECORD_GOLDENS=1` writes them anew; the difference is then reviewed like code.
enum Golden {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "testdata/goldens/reports")

  static func expect(
    _ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    #expect(text == expected, "\(name)", sourceLocation: sourceLocation)
    // `==` on strings ignores how characters are composed; a golden file does not.
    #expect(Array(text.utf8) == Array(expected.utf8), "\(name)", sourceLocation: sourceLocation)
  }
}
