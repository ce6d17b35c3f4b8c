import Foundation
import TestSupport
import Testing

/// A folder of its own for a test, in which the real git can be run; removed with the value.
final class Repository: Sendable {
  let path: String

  static let git = ForeignPrograms.find("git")

  /// An empty folder; a repository with one branch where arguments for `git init` are given.
  init(_ initialise: [String]? = nil) throws {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    path = "\(base)/zigttp-git-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    if let initialise {
      try git(["init", "-q", "-b", "main"] + initialise)
      try git(["config", "gc.auto", "0"])
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ bytes: Data) throws {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try bytes.write(to: URL(fileURLWithPath: file))
  }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }

  /// What git prints, and how it ends. Nothing of the user's or the system's config is read.
  func run(_ arguments: [String], in folder: String = "") throws -> (status: Int32, output: [UInt8])
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.git, "git is not installed"))
    process.arguments = ["-C", path + "/" + folder] + arguments
    process.environment = [
      "HOME": path, "PATH": "/usr/bin:/bin", "GIT_CONFIG_SYSTEM": "/dev/null",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c",
      "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c", "LC_ALL": "C",
      "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
      "GIT_ALLOW_PROTOCOL": "file",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, Array(bytes))
  }

  @discardableResult
  func git(
    _ arguments: [String], in folder: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let result = try run(arguments, in: folder)
    #expect(result.status == 0, "git \(arguments)", sourceLocation: sourceLocation)
    return String(decoding: result.output, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func commit(_ message: String = "x") throws {
    try git(["add", "-A"])
    try git(["commit", "-q", "--allow-empty", "-m", message])
  }
}
