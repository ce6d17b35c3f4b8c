import Encodings
import JSON
import Verification

/// What `store gc` answers: what went, and what stays.
public struct CollectionDocument: Document {
  /// `schema/json/store-gc-v1.schema.json`.
  public static let schema = "store-gc"
  private let outcome: GarbageCollection.Outcome
  private let isDryRun: Bool
  private let unreadable: [SafeText]

  /// - Parameter unreadable: what holds everything back, a sentence each.
  public init(_ outcome: GarbageCollection.Outcome, isDryRun: Bool, unreadable: [SafeText]) {
    self.outcome = outcome
    self.isDryRun = isDryRun
    self.unreadable = unreadable
  }

  /// For people.
  public var text: SafeText {
    let (goes, went) = isDryRun ? ("would remove", "would go") : ("removed", "removed")
    var text = outcome.dropped.map { "shallow  \($0)\n" as SafeText }.joined()
    text += outcome.removed.map { "\(goes)  \($0.digest)  \($0.size)\n" }.joined()
    let bytes = outcome.removed.reduce(0) { $0 + $1.size }
    text += "\(outcome.removed.count) object(s), \(bytes) bytes \(went); "
    text += "\(outcome.reachable) kept, \(outcome.young) too young to go\n"
    let unfinished = outcome.unfinished
    if unfinished.files > 0 {
      text += "\(unfinished.files) unfinished file(s), \(unfinished.bytes) bytes \(went)\n"
    }
    return text
  }

  /// `dryRun`, `removed`, `unfinished`, `reachable`, `young`, `shallow`, `returned`, `unreadable`.
  public var members: JSONObject {
    [
      "dryRun": .bool(isDryRun),
      "removed": .array(
        outcome.removed.map { ["digest": .named($0.digest), "size": .count($0.size)] }),
      "unfinished": [
        "files": .count(outcome.unfinished.files), "bytes": .count(outcome.unfinished.bytes),
      ],
      "reachable": .count(outcome.reachable),
      "young": .count(outcome.young),
      "shallow": .strings(outcome.dropped.map(\.description)),
      "returned": .strings(outcome.returned.map(\.description)),
      "unreadable": .strings(unreadable.map(\.text)),
    ]
  }
}
