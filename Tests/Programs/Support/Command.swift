import Foundation
import TestSupport

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
    // Files rather than pipes: a program that prints much cannot block on us.
    let folder = FileManager.default.temporaryDirectory
    let name = UUID().uuidString
    let (out, err) = (folder.appending(path: name + ".out"), folder.appending(path: name + ".err"))
    defer { for file in [out, err] { try? FileManager.default.removeItem(at: file) } }
    let child = try Child(self, output: out.path, errors: err.path)
    let status = child.wait()
    let output = try Data(contentsOf: out)
    let errors = try Data(contentsOf: err)
    return Result(
      status: status, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self), bytes: Array(output))
  }
}

/// A process of ours. Foundation's own waits for everybody who inherited a descriptor, so for
/// daemons that the process leaves behind too; this one waits for the process alone.
final class Child {
  let pid: pid_t
  private var status: Int32?

  init(
    _ command: Command, input: String = "/dev/null", output: String, errors: String
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY | O_NOCTTY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
    // `env` changes the folder and then becomes the program: one process.
    let env = "/usr/bin/env"
    let words = [env, "-C", command.directory, command.executable] + command.arguments
    var arguments = words.map { strdup($0) } + [nil]
    var environment = command.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, env, &actions, nil, &arguments, &environment)
    guard code == 0 else {
      throw Server.Failure(
        description: "\(command.executable): \(String(cString: strerror(code)))")
    }
    self.pid = pid
  }

  /// Whether it has not ended.
  var isRunning: Bool {
    if status == nil { status = ended(WNOHANG) }
    return status == nil
  }

  /// Waits for its end: the exit status, or 128 plus the number of the signal.
  func wait() -> Int32 {
    let code = status ?? ended(0) ?? -1
    status = code
    return code
  }

  private func ended(_ options: Int32) -> Int32? {
    var raw: Int32 = 0
    while true {
      let found = waitpid(pid, &raw, options)
      if found < 0, errno == EINTR { continue }
      guard found == pid else { return found == 0 ? nil : -1 }
      return raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
    }
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
  static let controlPlane = folder + "/zigttp-control-plane"

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

  /// The release runtime, static as it is shipped: `make runtime`.
  static let staticRuntime = checkout + "/.build/release/zigttp-runtime"

  /// A stripped copy of the debug runtime with its layer beside it, made once for all tests: the
  /// debug symbols alone would be ten times of what is shipped.
  static let runtime: String = {
    let folder = NSTemporaryDirectory() + "zigttp-test-runtime-\(getpid())"
    let path = folder + "/zigttp-runtime"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let strip = Command(
        executable: ForeignPrograms.find("strip") ?? "/usr/bin/strip",
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
