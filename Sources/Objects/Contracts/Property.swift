/// The twelve yes/no properties a handler can be shown to have. What each means stands in the
/// handler language's documentation.
public enum Property: String, CaseIterable, Sendable, Hashable {
  // The order is the order of the keys in `facts.properties`.
  case retrySafe, readOnly, deterministic, injectionSafe, idempotent, stateIsolated
  case noSecretLeakage, noCredentialLeakage, inputValidated, piiContained, resultsSafe, faultCovered

  /// The words with dashes, as labels, cards and flags have it: `retry-safe`.
  public var label: String { Self.labels[self] ?? rawValue }

  // Made once: indexing asks for them millions of times.
  private static let labels: [Property: String] = Dictionary(
    uniqueKeysWithValues: allCases.map { property in
      var out = ""
      for character in property.rawValue {
        if character.isUppercase { out += "-" }
        out += character.lowercased()
      }
      return (property, out)
    })

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
