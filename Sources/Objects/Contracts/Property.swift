/// The twelve yes/no properties a handler can be shown to have. What each means stands in the
/// handler language's documentation.
public enum Property: String, CaseIterable, Sendable, Hashable {
  // The order is the order of the keys in `facts.properties`.
  case retrySafe, readOnly, deterministic, injectionSafe, idempotent, stateIsolated
  case noSecretLeakage, noCredentialLeakage, inputValidated, piiContained, resultsSafe, faultCovered

  /// The words with dashes, as labels, cards and flags have it: `retry-safe`.
  public var label: String {
    switch self {
    case .retrySafe: "retry-safe"
    case .readOnly: "read-only"
    case .deterministic: "deterministic"
    case .injectionSafe: "injection-safe"
    case .idempotent: "idempotent"
    case .stateIsolated: "state-isolated"
    case .noSecretLeakage: "no-secret-leakage"
    case .noCredentialLeakage: "no-credential-leakage"
    case .inputValidated: "input-validated"
    case .piiContained: "pii-contained"
    case .resultsSafe: "results-safe"
    case .faultCovered: "fault-covered"
    }
  }

  /// From its label.
  public init?(label: String) {
    guard let found = Property.allCases.first(where: { $0.label == label }) else { return nil }
    self = found
  }

  /// What a ledger row that does not mention the property is read as.
  public var valueWhenMissing: Bool {
    switch self {
    case .retrySafe, .readOnly, .idempotent, .resultsSafe, .faultCovered: false
    default: true
    }
  }
}
