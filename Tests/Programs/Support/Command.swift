import Foundation

/// One run of a real program.
struct Command {
  /// What it printed and how it ended.
  struct Result {
    /// The exit status; 128 plus the number for a signal.
    var status: Int32
    var output: String
    var errors: String
    var bytes: [UInt8]

    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  var executable: String
  var arguments: [String]
  var directory: String
  var environment: [String: String] = [:]

  /// Starts the program, feeds it nothing and waits.
  func run() throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    // Files rather than pipes: a program that prints much cannot block on us.
    let folder = FileManager.default.temporaryDirectory
    let name = UUID().uuidString
    let (out, err) = (folder.appending(path: name + ".out"), folder.appending(path: name + ".err"))
    for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    defer { for file in [out, err] { try? FileManager.default.removeItem(at: file) } }
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    let output = try Data(contentsOf: out)
    let errors = try Data(contentsOf: err)
    let status =
      process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
    return Result(
      status: status, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self), bytes: Array(output))
  }
}

/// The programs under test and the foreign ones they are held against.
enum Programs {
  /// The folder that holds the test bundle and, beside it, the programs.
  static let folder: String = {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (path as NSString).deletingLastPathComponent
  }()

  static let zigttp = folder + "/zigttp"

  /// The root of the checkout.
  static let checkout: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { url.deleteLastPathComponent() }
    return url.path
  }()

  /// The release programs, static as they are shipped; nil before `make build`.
  static let release: String? = {
    let path = checkout + "/.build/release"
    return FileManager.default.fileExists(atPath: path + "/zigttp-runtime.layer") ? path : nil
  }()

  /// Where a program stands on `PATH`.
  static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"])
      .map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Whether a foreign program can be used. In CI a missing one is a failure of the test that
  /// wanted it, elsewhere it is skipped.
  static func has(_ name: String) -> Bool {
    find(name) != nil || ProcessInfo.processInfo.environment["CI"] == "true"
  }

  /// A stripped copy of the debug runtime with its layer beside it, made once for all tests: the
  /// debug symbols alone would be ten times of what is shipped.
  static let runtime: String = {
    let folder = NSTemporaryDirectory() + "zigttp-test-runtime-\(getpid())"
    let path = folder + "/zigttp-runtime"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let strip = Command(
        executable: find("strip") ?? "/usr/bin/strip",
        arguments: ["-o", path, Programs.folder + "/zigttp-runtime"], directory: folder)
      guard try strip.run().status == 0 else { return Programs.folder + "/zigttp-runtime" }
      let layer = Command(
        executable: zigttp,
        arguments: ["runtime-layer", "--runtime", path, "--output", path + ".layer"],
        directory: folder)
      _ = try layer.run()
    } catch {
      return Programs.folder + "/zigttp-runtime"
    }
    return path
  }()
}
