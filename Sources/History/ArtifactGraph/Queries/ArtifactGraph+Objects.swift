import Digests
import FoundationEssentials
import GRDB
import OCIImage

/// One object that another names.
public struct GraphEdge: Sendable, Hashable {
  /// Who names it.
  public var source: Digest
  /// As what.
  public var role: ObjectReference.Role
  /// Of several in one role, counted from 0.
  public var place: Int
  /// Who is named.
  public var target: Digest
  /// As the one who names it says.
  public var mediaType: String
  /// In bytes, as the one who names it says.
  public var size: Int64
}

extension ArtifactGraph {
  /// What an object names, by role, then place. A record or image whose bytes are not here names
  /// nothing.
  public func references(of digest: Digest) throws(GraphError) -> [GraphEdge] {
    try edges(where: "s.digest = ?", digest)
  }

  /// Who names an object.
  public func referrers(to digest: Digest) throws(GraphError) -> [GraphEdge] {
    try edges(where: "t.digest = ?", digest)
  }

  /// Lines of the rows whose deploy record this is, newest first.
  public func lines(ofRecord digest: Digest) throws(GraphError) -> [Int] {
    try query { db in
      try Int.fetchAll(
        db,
        sql: """
          SELECT line FROM ledger_rows WHERE record = (SELECT id FROM object_rows WHERE digest = ?)
          ORDER BY line DESC
          """, arguments: [Data(digest.bytes)])
    }
  }

  private func edges(where condition: String, _ digest: Digest) throws(GraphError) -> [GraphEdge] {
    try query { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT s.digest AS source, e.role, e.place, t.digest AS target, m.name, e.size
          FROM edge_rows AS e JOIN object_rows AS s ON s.id = e.source
          JOIN object_rows AS t ON t.id = e.target JOIN media_types AS m ON m.id = e.media_type
          WHERE \(condition) ORDER BY s.digest, e.role, e.place
          """, arguments: [Data(digest.bytes)]
      ).compactMap(GraphEdge.init)
    }
  }
}

extension GraphEdge {
  /// nil for columns that are not ours.
  fileprivate init?(_ row: Row) {
    guard let source = Digest(stored: row["source"]), let target = Digest(stored: row["target"]),
      let role = ObjectReference.Role(rawValue: row["role"])
    else { return nil }
    self.init(
      source: source, role: role, place: row["place"], target: target, mediaType: row["name"],
      size: row["size"])
  }
}
