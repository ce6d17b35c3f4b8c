import Glibc
import JSON

/// Has a task done by a process of its own, and waits for it.
struct ProofProcess {
  /// The program that becomes a ``ProofChild`` when it is told its word.
  let executable: String
  var limits = Confinement()

  /// Why nobody could look.
  struct Failure: Error, CustomStringConvertible { let description: String }

  /// What came of a task. A process that was ended, by whatever it is limited to, has refused it.
  func result(of task: ProofTask) throws -> ProofResult {
    var ends: [Int32] = [-1, -1]
    guard
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else { throw Failure(description: "socketpair: \(String(cString: strerror(errno)))") }
    let (ours, theirs) = (ends[0], ends[1])
    defer { close(ours) }
    let child = try start(with: theirs)
    let answer = converse(ours, task.bytes)
    // Whatever it still does is of no use any more.
    kill(child, SIGKILL)
    let status = Self.end(of: child)
    guard let answer, !answer.isEmpty else {
      return .refused(
        "proving the sources was ended by \(status): more than \(limits.cpuSeconds) s of "
          + "CPU or \(limits.addressSpace >> 20) MiB of memory is not given")
    }
    switch try ProofResult(answer) {
    case .failed(let reason): throw Failure(description: reason)
    case let result: return result
    }
  }

  private func start(with end: Int32) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in [STDIN_FILENO, STDOUT_FILENO] {
      posix_spawn_file_actions_adddup2(&actions, end, stream)
    }
    // Not a word of a stranger's goes into our log.
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    let words = [executable, ProofChild.word] + limits.arguments
    var arguments = words.map { strdup($0) } + [nil]
    defer { for text in arguments { free(text) } }
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var child: pid_t = 0
    let code = posix_spawn(&child, executable, &actions, nil, &arguments, &environment)
    close(end)
    guard code == 0 else {
      throw Failure(description: "\(executable): \(String(cString: strerror(code)))")
    }
    return child
  }

  // What it answers; nil where it says more than it may, or nothing for too long.
  private func converse(_ socket: Int32, _ bytes: [UInt8]) -> [UInt8]? {
    // More than it has itself.
    var patience = timeval(tv_sec: Int(limits.seconds) + 30, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    // Who does not take all of it may still say why.
    Self.send(bytes, to: socket)
    shutdown(socket, Int32(SHUT_WR))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let got = recv(socket, &buffer, buffer.count, 0)
      if got < 0, errno == EINTR { continue }
      // Who ends before he has read all of the task may have said why.
      if got == 0 || (got < 0 && errno == ECONNRESET) { return answer }
      guard got > 0, answer.count + got <= ProofResult.limit else { return nil }
      answer += buffer[..<got]
    }
  }

  private static func send(_ bytes: [UInt8], to socket: Int32) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = UnsafeRawBufferPointer(rebasing: rest)
        let sent = Glibc.send(socket, piece.baseAddress, piece.count, Int32(MSG_NOSIGNAL))
        if sent < 0, errno == EINTR { continue }
        guard sent > 0 else { return }
        rest = rest.dropFirst(sent)
      }
    }
  }

  private static func end(of child: pid_t) -> String {
    var raw: Int32 = 0
    while waitpid(child, &raw, 0) < 0, errno == EINTR {}
    return raw & 0x7f == 0 ? "itself with \((raw >> 8) & 0xff)" : "signal \(raw & 0x7f)"
  }
}
