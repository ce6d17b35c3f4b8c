import ControlPlaneClient
import Encodings

extension CommandFailure {
  /// A control plane: what it was asked, what went wrong, and what to do about it.
  init(_ error: ControlPlaneClientError) {
    let status: ExitStatus =
      error.code == .signedOut || error.code == .unauthorized ? .notSignedIn : .failure
    self.init(
      status, "\(error.place): \(Self.what(error))", details: Self.own(error),
      next: Self.advice(error))
  }

  private static func what(_ error: ControlPlaneClientError) -> SafeText {
    let problem: SafeText =
      switch error.code {
      case .badAddress: "the address cannot be read"
      case .insecure: "the connection is not encrypted"
      case .signedOut: "not signed in"
      case .unauthorized: "the control plane does not take the token"
      case .denied: "the control plane does not allow it"
      case .missing: "the control plane has no such thing"
      case .conflict: "something is not as it was taken to be; nothing was changed"
      case .gone: "it is over"
      case .refused: "the control plane refuses it"
      case .unavailable: "the control plane cannot do it now"
      case .unreachable: "the control plane does not answer"
      case .redirected: "the control plane sends elsewhere, which is not followed"
      case .tooLarge: "the control plane answers more than is read"
      case .malformed: "the control plane's answer cannot be understood"
      case .credentials: "the credentials cannot be used"
      }
    // Of an answer that says itself what is wrong, its number says nothing more.
    if error.problem != nil || error.code == .signedOut { return problem }
    let comparison = [
      error.expected.map { "expected \($0)" as SafeText },
      error.found.map { "found \($0)" as SafeText },
    ].compactMap(\.self)
    guard let first = comparison.first else { return problem }
    return "\(problem): \(first)" + (comparison.count > 1 ? ", \(comparison[1])" : "")
  }

  // In the control plane's own words.
  private static func own(_ error: ControlPlaneClientError) -> [SafeText] {
    guard let problem = error.problem else { return [] }
    let about: SafeText = problem.detail.map { ": \($0)" } ?? ""
    let reasons = problem.reasons.filter { $0 != problem.detail }
    return ["the control plane says: \(problem.title)\(about)"] + reasons.map { "  \($0)" }
  }

  private static func advice(_ error: ControlPlaneClientError) -> SafeText? {
    switch error.code {
    case .badAddress:
      "Set \(ControlPlaneAccess.variable) to the address of the control plane."
    case .insecure: "Where nobody else listens, --insecure allows it."
    case .signedOut, .unauthorized: "Run `zigttp login`."
    case .denied: "Ask whoever runs the control plane for a token that may."
    case .conflict: "Run the command again: it looks again before it does anything."
    case .unavailable: "Run the command again a little later."
    case .unreachable:
      "Look at \(ControlPlaneAccess.variable) and the network, then run the command again."
    case .redirected, .tooLarge, .malformed:
      "Ask whoever runs the control plane, or look what is between it and you."
    case .credentials: "Mend the file, or remove it and run `zigttp login`."
    case .missing, .gone, .refused: nil
    }
  }
}
