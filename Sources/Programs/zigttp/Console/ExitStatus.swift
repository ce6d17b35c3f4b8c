import Encodings
import Glibc

/// What the process's exit status tells. `zigttp help exit-codes` prints this table.
enum ExitStatus: Int32, CaseIterable {
  case success = 0
  case failure = 1
  case drift = 2
  case timedOut = 3
  case failedToStart = 4
  case reviewRequired = 5
  case notSignedIn = 6
  case integrity = 7
  case breaking = 8
  case usage = 64
  case interrupted = 130
  case closedPipe = 141

  /// In a word, for programs.
  var word: String {
    switch self {
    case .success: "success"
    case .failure: "failure"
    case .drift: "drift"
    case .timedOut: "timed-out"
    case .failedToStart: "failed-to-start"
    case .reviewRequired: "review-required"
    case .notSignedIn: "not-signed-in"
    case .integrity: "integrity"
    case .breaking: "breaking"
    case .usage: "usage"
    case .interrupted: "interrupted"
    case .closedPipe: "closed-pipe"
    }
  }

  var meaning: String {
    switch self {
    case .success: "success"
    case .failure: "failure (bad input, I/O, network, could not look)"
    case .drift: "drift detected: nothing was changed, re-run with --confirm"
    case .timedOut:
      "timed out waiting for the service to report ready (the deploy was accepted)"
    case .failedToStart: "the service failed to start"
    case .reviewRequired:
      "a capability review is required; the review URL was printed, nothing was uploaded"
    case .notSignedIn: "not signed in, or the token was refused"
    case .integrity:
      "integrity: bytes do not match their digest, the ledger does not match its checkpoint, "
        + "or nothing anchors a signature"
    case .breaking: "breaking change, where the command was asked to judge"
    case .usage: "usage"
    case .interrupted: "interrupted"
    case .closedPipe: "whoever read the output closed it (ended by SIGPIPE, as other tools are)"
    }
  }

  /// The table, a line a code.
  static var table: SafeText {
    allCases.map { status in
      let code: SafeText = "\(status.rawValue)"
      return "\(code.padded(to: 5))\(status.meaning)\n"
    }.joined()
  }

  /// Ends the process: by the signal where that is what the status stands for.
  func end() -> Never {
    if self == .closedPipe {
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    exit(rawValue)
  }
}
