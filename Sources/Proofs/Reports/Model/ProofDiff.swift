import Contracts

/// Two proofs side by side, as `proofs diff BASE HEAD` tells them.
public struct ProofDiff: Sendable, Hashable {
  /// One of the two.
  public struct Side: Sendable, Hashable {
    /// The ref as it was given.
    public var ref: String
    /// The row it was resolved to.
    public var event: ProofEvent
    /// What was proven there.
    public var facts: Facts

    /// A side from its parts.
    public init(ref: String, event: ProofEvent, facts: Facts) {
      self.ref = ref
      self.event = event
      self.facts = facts
    }
  }

  /// What is compared with.
  public var base: Side
  /// What is compared.
  public var head: Side

  /// A comparison of two sides.
  public init(base: Side, head: Side) {
    self.base = base
    self.head = head
  }

  /// What changed from base to head.
  public var delta: Delta {
    Delta.between(
      base.facts, head.facts,
      isReproven: head.event.provenance.isReproof(of: base.event.provenance))
  }

  /// Whether the two belong to different services, which is worth a word on stderr.
  public var crossesServices: Bool { base.event.service != head.event.service }
}
