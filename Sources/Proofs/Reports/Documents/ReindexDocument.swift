import ArtifactGraph
import Digests
import Encodings
import JSON

/// What `store reindex` answers: what the index holds, and whether a new one says the same.
public struct ReindexDocument: Document {
  /// `schema/json/store-reindex-v1.schema.json`.
  public static let schema = "store-reindex"
  private let counts: GraphCounts
  private let isCheck: Bool
  private let content: Digest?
  private let difference: GraphDifference?

  /// - Parameters:
  ///   - content: digest of what the index says, where it was compared and is right.
  ///   - difference: the first, where it is wrong.
  public init(
    _ counts: GraphCounts, isCheck: Bool, content: Digest? = nil,
    difference: GraphDifference? = nil
  ) {
    self.counts = counts
    self.isCheck = isCheck
    self.content = content
    self.difference = difference
  }

  /// Nothing where there is a difference: an index that is wrong has no counts worth a word.
  public var text: SafeText {
    guard difference == nil else { return "" }
    let counted: SafeText = """
      \(counts.rows) rows, \(counts.badLines) bad lines, \(counts.objects) objects, \
      \(counts.edges) names

      """
    return counted + (content.map { "the same as a new one: \($0)\n" } ?? "")
  }

  /// `check`, `rows`, `badLines`, `objects`, `edges`, `content`, `difference`.
  public var members: JSONObject {
    var object: JSONObject = [
      "check": .bool(isCheck), "rows": .count(counts.rows), "badLines": .count(counts.badLines),
      "objects": .count(counts.objects), "edges": .count(counts.edges),
    ]
    object["content"] = content.map(JSONValue.named)
    object["difference"] = difference.map { difference in
      [
        "table": .string(difference.table),
        "found": difference.found.map(JSONValue.string) ?? .null,
        "expected": difference.expected.map(JSONValue.string) ?? .null,
      ]
    }
    return object
  }
}
