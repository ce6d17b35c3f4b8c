import Contracts
import Encodings

/// How changes are put into words, the same in card, diff and receipt.
enum ChangeWording {
  /// `routes +1 -2, env -1`; a section that is replaced counts by its direction (`proof +1` when
  /// it rose). `(none)` for no change.
  static func summary(_ changes: [Change]) -> String {
    var parts: [String] = []
    for section in Change.Section.allCases {
      let directions = changes.filter { $0.section == section }.map(direction)
      if directions.isEmpty { continue }
      let counts = [Direction.up, .down, .sideways].compactMap { wanted -> String? in
        let count = directions.count { $0 == wanted }
        return count == 0 ? nil : wanted.rawValue + String(count)
      }
      parts.append(section.rawValue + " " + counts.joined(separator: " "))
    }
    return parts.isEmpty ? "(none)" : parts.joined(separator: ", ")
  }

  /// One line a change, sections in the card's order: `+ route GET /new`, `proof: partial ->
  /// complete`.
  static func bullets(_ changes: [Change]) -> [SafeText] {
    inCardOrder(changes).map { change in
      let noun = noun(change.section)
      switch change.kind {
      case .added: return "+ \(noun) \(change.item)"
      case .removed: return "- \(noun) \(change.item)"
      case .changed(let from, let to):
        let subject = change.section == .proof ? noun : "\(noun) \(change.item)"
        return "\(subject): \(from) -> \(to)"
      }
    }
  }

  /// The changes by section, and as they came within one.
  static func inCardOrder(_ changes: [Change]) -> [Change] {
    Change.Section.allCases.flatMap { section in changes.filter { $0.section == section } }
  }

  /// What one item of a section is called.
  static func noun(_ section: Change.Section) -> String {
    switch section {
    case .routes: "route"
    case .capabilities: "capability"
    case .properties: "property"
    case .secrets: "secret"
    case .leaks: "leak"
    case .specs: "spec"
    case .proof, .env, .egress, .cache, .sql, .dynamic, .imported: section.rawValue
    }
  }

  private enum Direction: String {
    case up = "+"
    case down = "-"
    case sideways = "~"
  }

  private static func direction(_ change: Change) -> Direction {
    switch change.kind {
    case .added: return .up
    case .removed: return .down
    case .changed(let from, let to):
      guard let before = ProofLevel(rawValue: from), let after = ProofLevel(rawValue: to),
        change.section == .proof, before != after
      else { return .sideways }
      return before < after ? .up : .down
    }
  }
}
