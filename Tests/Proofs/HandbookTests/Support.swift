import Foundation
import HandlerLanguage
import TestSupport
import Testing

@testable import Handbook

extension HandlerExample {
  /// What is said of the program; a handler is put at its end where it names none.
  var diagnostics: [Diagnostic] { load().diagnostics }

  func load() -> ProgramLoadResult {
    var files = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.text) })
    let entry = self.files[0].path
    if !self.files[0].text.contains("handler"), !self.files[0].text.contains("no function") {
      files[entry, default: ""] += "function handler() { return Response.text(\"\"); }\n"
    }
    return Program.load(entry: entry) { path in files[path].map { Array($0.utf8) } }
  }
}

/// Debian's TypeScript.
enum TypeScript {
  static let isExpected = ForeignPrograms.isExpected("tsc")

  /// What `tsc` says of files in a folder of their own, with a project's own options.
  static func problems(_ files: [String: String], options: String? = nil) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    var files = files
    files["zigttp.d.ts"] = TypeDeclarations.text
    files["tsconfig.json"] = options ?? ProjectTemplate.compilerOptions
    for (name, text) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(ForeignPrograms.find("tsc")))
    process.arguments = ["-p", folder.path, "--pretty", "false"]
    process.currentDirectoryURL = folder
    let output = folder.appending(path: "tsc.out")
    try Data().write(to: output)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix(" ") }
  }
}

/// The root of the checkout.
let checkout: URL = {
  var url = URL(fileURLWithPath: #filePath)
  for _ in 0..<4 { url.deleteLastPathComponent() }
  return url
}()
