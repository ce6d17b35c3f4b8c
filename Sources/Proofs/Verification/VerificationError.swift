/// Why a question about a store could not be answered, or a collection not be made.
public enum VerificationError: Error, Sendable, Hashable {
  /// What keeps objects cannot be read whole, so that nobody knows what may go.
  case unreadableRoots([Finding])
}

extension VerificationError: CustomStringConvertible {
  /// What cannot be told, and of how many findings that comes.
  public var description: String {
    switch self {
    case .unreadableRoots(let findings):
      "what keeps objects cannot be read whole: \(findings.count) finding(s)"
    }
  }
}
