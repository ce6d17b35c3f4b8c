import ContentStore
import Digests
import Encodings
import JSON
import Ledger
import Transfers

/// What `push` answers.
public struct PushDocument: Document {
  /// `schema/json/push-v1.schema.json`.
  public static let schema = "push"
  private let repository: String
  private let outcome: StorePush.Outcome

  /// - Parameter repository: as `HOST/REPOSITORY`.
  public init(_ repository: String, _ outcome: StorePush.Outcome) {
    self.repository = repository
    self.outcome = outcome
  }

  /// For people.
  public var text: SafeText {
    var card = CardLines(heading: "Pushed:")
    card.field("Repository", "\(repository)")
    card.add(outcome.ledger)
    card.field("Rows", "\(outcome.ledger.size), \(outcome.known) of them sent before")
    card.field("Records", "\(outcome.records.count)")
    card.add(outcome.moved)
    card.fields("Tags", outcome.tags.map { "\($0.tag) is \($0.image)" })
    card.elsewhere(outcome.elsewhere)
    card.fields("Broken", outcome.broken.map { $0.error.line(of: $0.record) })
    card.fields("Troubles", outcome.troubles.map(\.line))
    return card.finished
  }

  /// `repository`, `origin`, `size`, `signer`, `anchor`, `known`, `records`, `objects`, `bytes`,
  /// `elsewhere`, `broken`, `tags`, `troubles`.
  public var members: JSONObject {
    var object: JSONObject = ["repository": .string(repository)]
    object.add(outcome.ledger)
    object["known"] = .count(outcome.known)
    object["records"] = .array(outcome.records.map(JSONValue.named))
    object.add(outcome.moved)
    object["elsewhere"] = .count(outcome.elsewhere)
    object["broken"] = .array(outcome.broken.map { $0.error.json(of: $0.record) })
    object["tags"] = .array(
      outcome.tags.map { ["tag": .string($0.tag), "image": .named($0.image)] })
    object["troubles"] = .array(outcome.troubles.map(\.json))
    return object
  }
}

/// What `pull` answers.
public struct PullDocument: Document {
  /// `schema/json/pull-v1.schema.json`.
  public static let schema = "pull"
  private let repository: String
  private let outcome: StorePull.Outcome

  /// - Parameter repository: as `HOST/REPOSITORY`.
  public init(_ repository: String, _ outcome: StorePull.Outcome) {
    self.repository = repository
    self.outcome = outcome
  }

  /// For people.
  public var text: SafeText {
    var card = CardLines(heading: "Pulled:")
    card.field("Repository", "\(repository)")
    if outcome.ledgers.isEmpty { card.field("Ledger", "none of another writer") }
    for pulled in outcome.ledgers {
      if let ledger = pulled.ledger {
        card.add(ledger)
        card.field("Rows", "\(ledger.size), \(pulled.rows) of them new")
      }
      card.fields("Troubles", pulled.troubles.map(\.line))
    }
    card.fields("Our own", outcome.own.map(\.line))
    card.field("Records", "\(outcome.objects.records.count)")
    card.add(outcome.objects.moved)
    card.elsewhere(outcome.elsewhere)
    card.fields("Broken", outcome.objects.broken.map { $0.error.line(of: $0.record) })
    return card.finished
  }

  /// `repository`, `ledgers`, `own`, `records`, `objects`, `bytes`, `elsewhere`, `broken`.
  public var members: JSONObject {
    var object: JSONObject = ["repository": .string(repository)]
    object["ledgers"] = .array(
      outcome.ledgers.map { pulled in
        var object: JSONObject = ["ledger": .string(pulled.name)]
        if let ledger = pulled.ledger { object.add(ledger) }
        object["rows"] = .count(pulled.rows)
        object["troubles"] = .array(pulled.troubles.map(\.json))
        return .object(object)
      })
    object["own"] = .array(outcome.own.map(\.json))
    object["records"] = .array(outcome.objects.records.map(JSONValue.named))
    object.add(outcome.objects.moved)
    object["elsewhere"] = .count(outcome.elsewhere)
    object["broken"] = .array(outcome.objects.broken.map { $0.error.json(of: $0.record) })
    return object
  }
}

extension CardLines {
  fileprivate mutating func add(_ ledger: LedgerSummary) {
    field("Ledger", "\(ledger.origin)")
    field("Signed by", "\(ledger.key)")
    field("Anchor", ledger.anchor?.wording ?? "none: not anchored")
  }

  fileprivate mutating func add(_ moved: ClosureSummary) {
    field("Moved", "\(moved.objects) object(s), \(moved.bytes) bytes")
  }

  fileprivate mutating func elsewhere(_ count: Int) {
    if count > 0 { field("Elsewhere", "\(count) record(s) that shallow lists") }
  }
}

extension JSONObject {
  fileprivate mutating func add(_ ledger: LedgerSummary) {
    self["origin"] = .string(ledger.origin)
    self["size"] = .count(ledger.size)
    self["signer"] = .string(ledger.key.text)
    self["anchor"] = .string(ledger.anchor?.rawValue ?? "none")
  }

  fileprivate mutating func add(_ moved: ClosureSummary) {
    self["objects"] = .count(moved.objects)
    self["bytes"] = .count(moved.bytes)
  }
}

extension StoreError {
  fileprivate func line(of record: Digest) -> SafeText {
    let object: SafeText = digest.map { $0 == record ? "" : " of \($0)" } ?? ""
    let comparison = [expected.map { "expected \($0)" }, found.map { "found \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    return "\(record): \(code.rawValue)\(object)\(comparison.isEmpty ? "" : ": \(comparison)")"
  }

  fileprivate func json(of record: Digest) -> JSONValue {
    ["record": .named(record), "message": .string(line(of: record).text)]
  }
}

extension PulledTrouble {
  /// What is wrong, in one line.
  public var line: SafeText { "\(claim.name?.text ?? claim.ledger): \(trouble.wording)" }

  fileprivate var json: JSONValue {
    [
      "tag": .string(claim.name?.text ?? claim.ledger), "code": .string(trouble.code),
      "message": .string(trouble.wording.text),
    ]
  }
}
