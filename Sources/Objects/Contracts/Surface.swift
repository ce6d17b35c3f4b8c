/// What a handler shows to the outside: the items of every section as the card has them. Two facts
/// with one surface differ in nothing that is compared.
public struct Surface: Sendable {
  /// Sorted bytewise and unique, one list a section, in the order of `Change.Section.allCases`.
  public let sections: [[String]]
  /// How much could be shown.
  public let proofLevel: ProofLevel

  /// The surface of some facts.
  public init(_ facts: Facts) {
    sections = Change.Section.allCases.map(facts.items)
    proofLevel = facts.proofLevel
  }

  /// From the items of each section, which have to be sorted and unique; nil without a proof level.
  public init?(sections: [[String]]) {
    guard sections.count == Change.Section.allCases.count,
      let place = Change.Section.allCases.firstIndex(of: .proof),
      let word = sections[place].first, let level = ProofLevel(rawValue: word)
    else { return nil }
    self.sections = sections
    proofLevel = level
  }
}

extension Facts {
  /// What the facts show to the outside.
  public var surface: Surface { Surface(self) }
}
