import Deployment
import Encodings
import Glibc

extension CommandFailure {
  /// A runtime that does not start the handler.
  init(runtime: String, _ ending: DeploymentError.TrialEnding, _ lines: [String]) {
    let most = 20
    var told = lines.prefix(most).map { "\(Self.withoutProgram($0).prefix(500))" as SafeText }
    if lines.count > most { told.append("and \(lines.count - most) more lines") }
    switch ending {
    // What the runtime's own words explain.
    case .exit(1) where !lines.isEmpty:
      self.init(
        .failure, "the runtime does not start this handler; nothing was deployed", details: told)
    case .exit(let status):
      self.init(
        .failure, "the runtime \(runtime) ended with \(status) instead of compiling the handler",
        details: told, next: Self.otherRuntime)
    case .signal(let signal):
      self.init(
        .failure,
        """
        the runtime \(runtime) was ended by signal \(signal) (\(String(cString: strsignal(signal)))) \
        while it compiled the handler; nothing was deployed
        """, details: told)
    case .timedOut(let seconds):
      self.init(
        .failure,
        "the runtime did not compile the handler within \(seconds) s; nothing was deployed",
        details: told)
    case .notRun(let call, let code):
      self.init(
        .failure,
        "the runtime \(runtime) cannot be run: \(call): \(String(cString: strerror(code)))",
        next: Self.otherRuntime)
    }
  }

  private static let otherRuntime: SafeText = """
    Pack the runtime of this release: `make install` puts it in place, --runtime FILE names one; it has \
    to be executable.
    """

  // Who says it stands in the message already.
  private static func withoutProgram(_ line: String) -> Substring {
    for prefix in ["zigttp-runtime: error: ", "zigttp-runtime: "] where line.hasPrefix(prefix) {
      return line.dropFirst(prefix.count)
    }
    return line[...]
  }
}
