import Glibc
import JSON

/// A program that keeps credentials for others: `docker-credential-NAME get`.
///
/// It is told a server's name and answers with JSON. What it says on the way is not shown: it may be
/// secret.
/// Reference: docker's documentation of `docker login`, "Credential helper protocol".
struct CredentialHelper {
  /// Behind `docker-credential-`.
  let name: String
  let environment: [String: String]
  var patience: Duration = .seconds(120)

  private static let limit = 64 << 10

  private var program: String { "docker-credential-\(name)" }

  private func failure(_ found: String) -> RegistryError {
    RegistryError(
      .credential, at: program, expected: "a program that answers `get` with a credential",
      found: found)
  }

  /// What it has for a server; nil where it has nothing.
  ///
  /// - Throws: `credential`.
  func get(_ server: String) throws(RegistryError) -> RegistryCredential? {
    guard !name.isEmpty, name.utf8.allSatisfy({ $0.isAlphanumeric || "._-".utf8.contains($0) })
    else { throw failure("a name that is none") }
    let (output, status) = try run(server)
    if status != 0 {
      // In the protocol's words, on the same stream as an answer.
      let text = String(decoding: output.prefix(200), as: UTF8.self)
      if text.contains("credentials not found") { return nil }
      throw failure("status \(status)")
    }
    guard let json = try? JSONReader.lenient(output), let secret = json["Secret"]?.stringValue
    else { throw failure("another answer") }
    guard !secret.isEmpty else { return nil }
    return .named(json["Username"]?.stringValue ?? "", secret)
  }

  private func run(_ server: String) throws(RegistryError) -> (output: [UInt8], status: Int32) {
    guard let path = find() else { throw failure("nothing of this name on PATH") }
    // A socket, so that a program that reads nothing sends us no signal.
    var input: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    defer { for descriptor in input + output where descriptor >= 0 { close(descriptor) } }
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &input) == 0, pipe(&output) == 0
    else { throw failure("no descriptors left") }
    for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let pid = try spawn(path, input: input[1], output: output[1])
    close(input[1])
    close(output[1])
    (input[1], output[1]) = (-1, -1)
    let line = Array("\(server)\n".utf8)
    _ = send(input[0], line, line.count, Int32(MSG_NOSIGNAL))
    shutdown(input[0], Int32(SHUT_WR))
    let read = readAll(output[0])
    if read == nil { kill(pid, SIGKILL) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard let read else { throw failure("no end") }
    return (read, status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f))
  }

  private func spawn(_ path: String, input: Int32, output: Int32) throws(RegistryError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup("get"), nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, path, &actions, nil, &arguments, &variables)
    guard code == 0 else { throw failure(String(cString: strerror(code))) }
    return pid
  }

  private func find() -> String? {
    let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(program)" }
      .first { access($0, X_OK) == 0 }
  }

  // nil where it does not end in time, or says too much.
  private func readAll(_ descriptor: Int32) -> [UInt8]? {
    let clock = RegistryClock.system
    let end = clock.now() + patience
    var out: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let left = end - clock.now()
      guard left > .zero else { return nil }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(clamping: left.components.seconds * 1000 + 999))
      if ready < 0, errno != EINTR { return nil }
      guard ready > 0 else { continue }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return count == 0 ? out : nil }
      out += buffer[..<count]
      if out.count > Self.limit { return nil }
    }
  }
}
