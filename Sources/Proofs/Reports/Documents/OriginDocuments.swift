import Encodings
import JSON
import Ledger

/// What `proofs origin` answers: the ledger's name.
public struct OriginDocument: Document {
  /// `schema/json/proofs-origin-v1.schema.json`.
  public static let schema = "proofs-origin"
  private let origin: String

  /// Of a ledger.
  public init(_ origin: String) { self.origin = origin }

  /// For people.
  public var text: SafeText { "\(origin)\n" }
  /// `origin`.
  public var members: JSONObject { ["origin": .string(origin)] }
}

/// What `proofs forget` answers: what was remembered, and is no more.
public struct ForgetDocument: Document {
  /// `schema/json/proofs-forget-v1.schema.json`.
  public static let schema = "proofs-forget"
  private let origin: String
  private let rows: Int
  private let folder: String

  /// - Parameters:
  ///   - rows: so many the ledger had when it was last seen.
  ///   - folder: where that was.
  public init(_ origin: String, rows: Int, folder: String) {
    self.origin = origin
    self.rows = rows
    self.folder = folder
  }

  /// No answer that a program would read; the command tells of it.
  public var text: SafeText { "" }

  /// A sentence for whoever ran the command.
  public var notice: SafeText { "forgot \(origin): \(rows) row(s), last seen in \(folder)" }

  /// `origin`, `rows`, `folder`.
  public var members: JSONObject {
    ["origin": .string(origin), "rows": .count(rows), "folder": .string(folder)]
  }
}
