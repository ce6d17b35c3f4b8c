import Encodings

/// What a change of facts means for those who depend on the service.
///
/// Reference: interface.md, "Verdict".
public enum Verdict: String, Sendable, Hashable {
  /// Nothing changed, or only what is known of the same program.
  case safe
  /// Something changed, nothing was lost.
  case safeWithAdditions = "safe_with_additions"
  /// Something was lost, became unknown, or leaks with permission.
  case breaking
}

/// One difference between two sets of facts.
public struct Change: Sendable, Hashable {
  /// What the item is. The order of the cases is the order of the card.
  public enum Section: String, CaseIterable, Sendable, Hashable {
    case proof, routes, env, egress, cache, capabilities, properties, secrets, sql, dynamic
    case leaks, specs, imported
  }
  /// What happened to it.
  public enum Kind: Sendable, Hashable {
    case added
    case removed
    /// Only the proof level changes in place.
    case changed(from: String, to: String)
  }

  /// What the item is.
  public var section: Section
  /// What happened to it.
  public var kind: Kind
  /// As the card shows it: `GET /a/*`, `API_KEY`, `retry-safe`, `API_TOKEN > api.x.com >
  /// authorization`; for the proof level `proof`.
  @Bytewise public var item: String

  /// A change from its parts.
  public init(section: Section, kind: Kind, item: String) {
    self.section = section
    self.kind = kind
    self.item = item
  }

  /// The least verdict that this change allows.
  public var verdict: Verdict {
    switch (section, kind) {
    case (.proof, .changed(let from, let to)):
      (ProofLevel(rawValue: to) ?? .none) < (ProofLevel(rawValue: from) ?? .none)
        ? .breaking : .safeWithAdditions
    case (.routes, .removed), (.env, .removed), (.egress, .removed), (.cache, .removed),
      (.capabilities, .removed), (.properties, .removed), (.specs, .removed),
      (.dynamic, .added), (.leaks, .added):
      .breaking
    default: .safeWithAdditions
    }
  }
}
