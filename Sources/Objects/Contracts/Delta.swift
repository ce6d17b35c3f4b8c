import Encodings

/// What differs between the facts of two deploys.
///
/// Every key of the facts is compared but `contractSha`: a contract may change without anybody
/// being able to tell from outside.
/// Reference: interface.md, "Verdict".
public struct Delta: Sendable, Hashable {
  /// In the order of the sections on the card; within one bytewise by item, what was removed
  /// before what was added under the same name.
  public var changes: [Change]
  /// Whether the program stayed as it was and another prover judged it: the changes are in what is
  /// known. False where there is none.
  public var isReproven: Bool

  /// A delta from its changes.
  public init(changes: [Change], isReproven: Bool = false) {
    self.changes = changes
    self.isReproven = isReproven && !changes.isEmpty
  }

  /// What turns `baseline` into `facts`.
  ///
  /// - Parameter isReproven: whether only the prover is another: see
  ///   ``Provenance/isReproof(of:)``.
  public static func between(
    _ baseline: Facts, _ facts: Facts, isReproven: Bool = false
  ) -> Delta {
    between(baseline.surface, facts.surface, isReproven: isReproven)
  }

  /// What turns one surface into another.
  public static func between(
    _ baseline: Surface, _ surface: Surface, isReproven: Bool = false
  ) -> Delta {
    var changes: [Change] = []
    let sections = zip(baseline.sections, surface.sections)
    for (section, (old, new)) in zip(Change.Section.allCases, sections) {
      if section == .proof {
        let (from, to) = (baseline.proofLevel, surface.proofLevel)
        if from != to {
          changes.append(
            Change(
              section: .proof, kind: .changed(from: from.rawValue, to: to.rawValue), item: "proof"))
        }
      } else {
        changes += difference(section, old, new)
      }
    }
    return Delta(changes: changes, isReproven: isReproven)
  }

  /// The gravest verdict of the changes; `safe` when there is none, or when only the prover is
  /// another.
  public var verdict: Verdict {
    if changes.isEmpty || isReproven { return .safe }
    return changes.contains { $0.verdict == .breaking } ? .breaking : .safeWithAdditions
  }

  // Merges two lists that are sorted bytewise and unique.
  private static func difference(
    _ section: Change.Section, _ old: [String], _ new: [String]
  ) -> [Change] {
    if old.elementsEqual(new, by: UTF8Order.equal) { return [] }
    var changes: [Change] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if j == new.count || i < old.count && UTF8Order.precedes(old[i], new[j]) {
        changes.append(Change(section: section, kind: .removed, item: old[i]))
        i += 1
      } else if i == old.count || UTF8Order.precedes(new[j], old[i]) {
        changes.append(Change(section: section, kind: .added, item: new[j]))
        j += 1
      } else {
        i += 1
        j += 1
      }
    }
    return changes
  }
}

extension Route {
  /// As cards and deltas show it: a prefix ends in `*`.
  public var label: String { isPrefix ? pattern + "*" : pattern }
}

extension Facts {
  /// The items of one section as the card shows them, sorted bytewise and unique; for the
  /// properties those that hold, for the proof its level.
  public func items(of section: Change.Section) -> [String] {
    let items: [String] =
      switch section {
      case .proof: [proofLevel.rawValue]
      case .routes: routes.map(\.label)
      case .env: envKeys
      case .egress: egressHosts
      case .cache: cacheNamespaces
      case .capabilities: capabilities
      case .properties: Property.allCases.filter(holds).map(\.label)
      case .secrets: egressCredentials
      case .sql: sqlQueries
      case .dynamic: dynamic.map(\.rawValue)
      case .leaks: allowedLeaks
      case .specs: declaredSpecs
      case .imported: imported ? ["contract"] : []
      }
    return UTF8Order.sortedUnique(items)
  }
}
