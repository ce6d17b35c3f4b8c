import Contracts

extension Change.Section {
  /// What one item of it is called.
  var noun: String {
    switch self {
    case .proof: "Proof level"
    case .routes: "Route"
    case .env: "Environment value"
    case .egress: "Host"
    case .cache: "Cache namespace"
    case .capabilities: "Capability"
    case .properties: "Proven property"
    case .secrets: "Secret sent"
    case .sql: "SQL statement"
    case .dynamic: "Decided at run time"
    case .leaks: "Allowed leak"
    case .specs: "Declared property"
    case .imported: "Given by another compiler"
    }
  }
}

extension Change {
  /// A row of the table of changes.
  var value: PageValue {
    let (sign, word, text): (String, String, String) =
      switch kind {
      case .added: ("+", "Added", item)
      case .removed: ("−", "Removed", item)
      case .changed(let from, let to): ("→", "Changed", "\(from) → \(to)")
      }
    return [
      "sign": .text(sign), "word": .text(word), "noun": .text(section.noun), "item": .text(text),
      "kind": .text(word.lowercased()),
    ]
  }
}
