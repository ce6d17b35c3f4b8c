import Archive
import Contracts
import Digests
import Encodings
import Files
import Foundation
import Glibc
import JSON
import Testing

@testable import HandlerRuntime

/// A handler packed as deploys pack it, in a folder of its own that goes with the fixture.
final class PackedFixture {
  /// An empty folder.
  let root: String
  /// The files below `/app`.
  private(set) var files: [ByteName: [UInt8]]

  static let plain = """
    import { env } from "zigttp:env";
    import { read } from "./lib/read";
    export const handler = (req) => Response.json({ path: req.path, name: env("NAME") ?? null, read });
    """

  init(
    _ source: String = PackedFixture.plain, contract edit: (inout Contract) -> Void = { _ in }
  ) throws {
    var template = Array("/tmp/zigttp-test-XXXXXX".utf8CString)
    root = String(cString: try #require(mkdtemp(&template)))
    var contract = Contract(handlerPath: "src/handler.ts")
    contract.env.literal = ["NAME"]
    edit(&contract)
    files = [
      "contract.json": contract.canonicalBytes, "source/src/handler.ts": Array(source.utf8),
      "source/src/lib/read.ts": Array("export const read = 1;\n".utf8),
    ]
    files["app.json"] = Self.listing(files)
  }

  deinit {
    var pid = pid_t()
    spawn(["/bin/rm", "-rf", root], &pid)
    waitpid(pid, nil, 0)
  }

  static func listing(_ files: [ByteName: [UInt8]]) -> [UInt8] {
    var members = JSONObject()
    for (path, bytes) in files { members[path.text] = .string(Digest.sha256(of: bytes).hex) }
    return JSONValue.object(members).canonicalBytes
  }

  /// Writes the files as the image has them.
  func folder() throws -> String {
    let folder = root + "/app"
    for (path, bytes) in files { try write(bytes, to: folder + "/" + path.text) }
    return folder
  }

  /// A runtime with the files behind it: the built one, or bytes that only have to be there.
  func binary(
    name: String = "service", runtime: [UInt8]? = nil, edit: (inout [UInt8]) -> Void = { _ in }
  ) throws -> String {
    let runtime = try runtime ?? FileContent.read(Self.runtime, limit: 1 << 30)
    let tar = try TarWriter(files.map { TarEntry.file("app/" + $0.key.text, $0.value) }).bytes()
    let trailer = BinaryTrailer(offset: UInt64(runtime.count), tar: tar)
    var packed = tar + trailer.bytes
    edit(&packed)
    let path = root + "/" + name
    try write(runtime + packed, to: path)
    chmod(path, 0o755)
    return path
  }

  func write(_ bytes: [UInt8], to path: String) throws {
    var parent = ""
    for part in path.split(separator: "/").dropLast() {
      parent += "/" + part
      mkdir(parent, 0o755)
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    try #require(descriptor >= 0)
    try LinuxFileSystem().writeAll(descriptor, bytes)
    close(descriptor)
  }

  /// The program that was built with these tests: it lies beside their bundle.
  static let runtime: String = {
    let maps = (try? FileContent.read("/proc/self/maps", limit: 64 << 20)) ?? []
    for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
      guard line.hasSuffix(".xctest"), let start = line.firstIndex(of: "/") else { continue }
      let path = line[start...]
      guard let slash = path.lastIndex(of: "/") else { continue }
      return path[..<slash] + "/zigttp-runtime"
    }
    return ".build/debug/zigttp-runtime"
  }()
}

@discardableResult
private func spawn(_ arguments: [String], _ pid: inout pid_t) -> Int32 {
  var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return posix_spawn(&pid, arguments[0], nil, nil, pointers, nil)
}

/// The program, running, with what it writes.
final class RunningProgram {
  private let pid: pid_t
  private let output: String
  private var isReaped = false

  /// - Parameters:
  ///   - folder: where it runs and where its output is kept.
  ///   - environment: all of it.
  ///   - errors: takes standard error in place of a file of its own.
  init(
    _ path: String, _ arguments: [String], in folder: String, environment: [String] = [],
    errors: String? = nil
  ) throws {
    output = "\(folder)/output-\(Identifiers.nanoid(length: 8, random: .system))"
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, file) in [
      (STDOUT_FILENO, output + ".out"), (STDERR_FILENO, errors ?? output + ".err"),
    ] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    // What other tests have open is not the program's: its limit would be reached by their files.
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      if let descriptor = Int32(name), descriptor > STDERR_FILENO {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      }
    }
    // `env` changes the folder and becomes the program, with the same process id.
    let words = ["/usr/bin/env", "-C", folder, path] + arguments
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid = pid_t()
    let status = posix_spawn(&pid, words[0], &actions, nil, &argv, &envp)
    try #require(status == 0, "\(path): \(String(cString: strerror(status)))")
    self.pid = pid
  }

  deinit {
    if !isReaped {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], of path: String = PackedFixture.runtime, in folder: String,
    environment: [String] = []
  ) throws -> (code: Int32, out: String, err: String) {
    let program = try RunningProgram(path, arguments, in: folder, environment: environment)
    let code = program.exitCode()
    return (code, program.standardOutput, program.standardError)
  }

  var standardOutput: String { read(".out") }
  var standardError: String { read(".err") }

  /// As `/proc` has them.
  var threadNames: [String] {
    let folder = "/proc/\(pid)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.compactMap {
      try? String(contentsOfFile: "\(folder)/\($0)/comm", encoding: .utf8)
    }
  }

  /// Pages that were made for it so far: what was copied shows here, however fast the machine is.
  var pageFaults: Int {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    let fields = text.drop { $0 != ")" }.split(separator: " ")
    return fields.count > 8 ? Int(fields[8]) ?? 0 : 0
  }

  /// Its memory in the machine, as `/proc` has it.
  var residentBytes: Int? {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return fields.count > 1 ? Int(fields[1]).map { $0 * Int(getpagesize()) } : nil
  }

  private func read(_ suffix: String) -> String {
    String(decoding: (try? FileContent.read(output + suffix, limit: 1 << 24)) ?? [], as: UTF8.self)
  }

  /// The port it says it listens on; nil when it ends first.
  func port() -> Int? {
    while true {
      if let line = standardError.split(separator: "\n").first(where: { $0.contains("listening") }),
        let port = line.split(separator: ":").last.flatMap({ Int($0) })
      {
        return port
      }
      if hasEnded { return nil }
      usleep(2000)
    }
  }

  private var status: Int32 = 0
  /// Whether it ended.
  var hasEnded: Bool {
    if !isReaped, waitpid(pid, &status, WNOHANG) == pid { isReaped = true }
    return isReaped
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Waits for its end: the exit code, or minus the signal that killed it.
  func exitCode() -> Int32 {
    if !isReaped {
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      isReaped = true
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
  }
}
