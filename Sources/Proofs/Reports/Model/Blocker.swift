/// Why a deploy does not go on.
public enum Blocker: Sendable, Hashable {
  /// What runs is not what the ledger says.
  case drift(reason: String)
  /// Somebody has to approve first.
  case review(reason: String)
  /// A value flows where the property says that it must not.
  case leak(property: String, source: String, sink: String)
  /// The author declared a property that does not hold.
  case spec(property: String)
  /// The contract that was given lacks what the code does.
  case contract(lacking: String)

  /// The word that the card and the documents use for it: `Drift`, `Review`, `Leak`, `Spec` or
  /// `Contract`.
  public var title: String {
    switch self {
    case .drift: "Drift"
    case .review: "Review"
    case .leak: "Leak"
    case .spec: "Spec"
    case .contract: "Contract"
    }
  }

  /// What stands after the title: the reason, `property: source -> sink`, the property, or
  /// what is missing.
  public var detail: String {
    switch self {
    case .drift(let reason), .review(let reason): reason
    case .leak(let property, let source, let sink): "\(property): \(source) -> \(sink)"
    case .spec(let property): SpecWording.problem(of: property)
    case .contract(let item): "\(item) is missing from the contract that was given"
    }
  }
}
