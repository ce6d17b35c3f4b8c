import Foundation
import TestSupport
import Testing

/// A project in a folder of its own, removed with the value.
final class Workspace: Sendable {
  let path: String
  /// The folder that stands in for the user's home.
  let home: String

  init(_ files: [String: String] = [:]) throws {
    // Resolved, because messages and rows show paths as the system has them.
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    let folder = "\(base)/zigttp-test-\(UUID().uuidString)"
    path = folder + "/project"
    home = folder + "/home"
    for each in [path, home] {
      try FileManager.default.createDirectory(atPath: each, withIntermediateDirectories: true)
    }
    for (name, text) in files { try write(name, text) }
  }

  deinit {
    let folder = (path as NSString).deletingLastPathComponent
    _ = try? Command(executable: "/bin/chmod", arguments: ["-R", "u+w", folder], directory: "/")
      .run()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func write(_ name: String, _ text: String, inOneStep: Bool = false) throws {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(
      to: URL(fileURLWithPath: file), options: inOneStep ? .atomic : [])
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }

  func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
  }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  /// Every regular file below a folder of the project, relative to it, sorted.
  func files(below name: String) -> [String] {
    let root = path + "/" + name
    let found = FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []
    return found.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: root + "/" + $0, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  /// What a run of `zigttp` sees of the environment.
  func environment(_ more: [String: String] = [:]) -> [String: String] {
    ["PATH": "/usr/bin:/bin", "HOME": home, "ZIGTTP_RUNTIME": Programs.runtime]
      .merging(more) { $1 }
  }

  /// Runs `zigttp` in the project.
  func zigttp(_ arguments: String..., environment more: [String: String] = [:]) throws
    -> Command.Result
  {
    try run(arguments, environment: more)
  }

  /// The same with the arguments in a list.
  func run(
    _ arguments: [String], environment more: [String: String] = [:]
  ) throws -> Command.Result {
    try Command(
      executable: Programs.zigttp, arguments: arguments, directory: path,
      environment: environment(more)
    ).run()
  }

  /// Deploys and requires that it went well.
  @discardableResult
  func deploy(sourceLocation: SourceLocation = #_sourceLocation) throws -> Command.Result {
    let result = try zigttp("deploy", "--local")
    #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
    return result
  }

  /// Deploys and is killed once the row is in the ledger and sealed, before the binary gets its place.
  func deployKilledAfterItsRow() throws {
    let strace = try #require(ForeignPrograms.find("strace"), "strace is not installed")
    _ = try Command(
      executable: strace,
      arguments: [
        // Renamed are `append.next`, `checkpoint`, the binary.
        "-f", "-o", "/dev/null", "-e", "inject=rename:signal=KILL:when=3",
        Programs.zigttp, "deploy", "--local",
      ], directory: path, environment: environment()
    ).run()
  }

  /// Leaves the store as one of a version that signed nothing, and forgets what was seen of it.
  func unseal() throws {
    for name in ["checkpoint", "keys.pub"] where has(".zigttp/" + name) {
      try remove(".zigttp/" + name)
    }
    try FileManager.default.removeItem(atPath: home + "/.local/state/zigttp")
  }

  /// The ledger's lines without their newlines.
  func ledger() throws -> [String] {
    try text(".zigttp/proofs.jsonl").split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().map(String.init)
  }

  /// The one JSON document a command printed.
  static func json(_ result: Command.Result) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(result.bytes))
    return try #require(value as? [String: Any])
  }

  /// The contract's digest in a document of one proof.
  static func contract(_ document: [String: Any]) -> String? {
    (document["facts"] as? [String: Any])?["contractSha"] as? String
  }
}
