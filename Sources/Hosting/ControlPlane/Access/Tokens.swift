import Digests
import Files
import FoundationEssentials
import GRDB

/// What is kept of a token. The token itself is known to its holder alone.
public struct TokenRecord: Sendable, Hashable {
  /// What it is called where it is listed and revoked.
  public var id: String
  /// Whose it is.
  public var email: String
  /// What it allows.
  public var rights: Set<TokenRight>
  /// For which projects.
  public var projects: ProjectScope
  /// What it is for.
  public var note: String
  /// Milliseconds since 1970.
  public var createdAt: Int64
  /// Milliseconds since 1970; nil for never.
  public var expiresAt: Int64?
  /// Milliseconds since 1970.
  public var revokedAt: Int64?
}

/// The tokens of a control plane. Works beside the server, which looks at every request anew.
public struct Tokens: Sendable {
  private static let prefix = "ztc_"

  let database: ControlPlaneDatabase

  init(_ database: ControlPlaneDatabase) { self.database = database }

  /// The tokens of a folder, which is made where it is not there.
  public init(_ folder: DataFolder) throws {
    try folder.make()
    database = try ControlPlaneDatabase(folder.database)
  }

  /// Makes a token of 256 random bits.
  ///
  /// - Parameter now: milliseconds since 1970.
  /// - Returns: the token, which nobody can be told again, and what is kept of it.
  public func create(
    email: String, rights: Set<TokenRight>, projects: ProjectScope = .all, note: String = "",
    expiresAt: Int64? = nil, now: Int64
  ) throws -> (token: String, kept: TokenRecord) {
    try database.pool.write { db in
      try Self.create(
        email: email, rights: rights, projects: projects, note: note, expiresAt: expiresAt,
        now: now, in: db)
    }
  }

  static func create(
    email: String, rights: Set<TokenRight>, projects: ProjectScope, note: String,
    expiresAt: Int64?, now: Int64, by caller: Caller? = nil, in db: Database
  ) throws -> (token: String, kept: TokenRecord) {
    guard Person.isValid(email) else {
      throw ControlPlaneError(
        400, "'\(email)' is no address", "expected 1 to 254 printable characters without spaces")
    }
    let secret = prefix + (try RandomName.make()) + (try RandomName.make())
    let kept = TokenRecord(
      id: String(try RandomName.make().prefix(12)), email: email, rights: rights,
      projects: projects, note: note, createdAt: now, expiresAt: expiresAt)
    try db.execute(
      sql: """
        INSERT INTO tokens(id, hash, email, rights, projects, note, created, expires)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        kept.id, hash(secret), email, rights.text, projects.text, note, now, expiresAt,
      ])
    var entry = AuditEntry(.tokenCreated, by: caller)
    entry.subject = kept.id
    entry.reasons = [email, rights.text, projects.text]
    try AuditLog.queue(entry, at: now, in: db)
    return (secret, kept)
  }

  /// The tokens, oldest first, those that ended too.
  public func all() throws -> [TokenRecord] {
    try database.pool.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM tokens ORDER BY created, id").map { row in
        TokenRecord(
          id: row["id"], email: row["email"], rights: Set(text: row["rights"]),
          projects: ProjectScope(text: row["projects"]), note: row["note"],
          createdAt: row["created"], expiresAt: row["expires"], revokedAt: row["revoked"])
      }
    }
  }

  /// Revokes a token.
  ///
  /// - Returns: false where there is none with this id, or it is revoked already.
  public func revoke(_ id: String, now: Int64) throws -> Bool {
    try database.pool.write { db in try Self.revoke(id, now: now, in: db) }
  }

  static func revoke(
    _ id: String, now: Int64, by caller: Caller? = nil, in db: Database
  ) throws -> Bool {
    try db.execute(
      sql: "UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL", arguments: [now, id])
    guard db.changesCount == 1 else { return false }
    var entry = AuditEntry(.tokenRevoked, by: caller)
    entry.subject = id
    try AuditLog.queue(entry, at: now, in: db)
    return true
  }

  /// Who presents a token; nil for one that is not known, or is over.
  ///
  /// Found by its hash: what the time of a look-up tells is something of the hash of a guess, which is
  /// no step towards a token.
  static func holder(of secret: String, now: Int64, in db: Database) throws -> Caller? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT id, email, rights, projects FROM tokens
        WHERE hash = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)
        """, arguments: [hash(secret), now])
    return row.map(caller)
  }

  /// From `id`, `email`, `rights` and `projects`.
  static func caller(_ row: Row) -> Caller {
    Caller(
      tokenID: row["id"], email: row["email"], rights: Set(text: row["rights"]),
      projects: ProjectScope(text: row["projects"]))
  }

  static func hash(_ secret: String) -> Data { Data(Digest.sha256(of: secret).bytes) }
}

extension Set<TokenRight> {
  var text: String { TokenRight.allCases.filter(contains).map(\.rawValue).joined(separator: ",") }

  init(text: String) {
    self = Set(text.split(separator: ",").compactMap { TokenRight(rawValue: String($0)) })
  }
}

extension Tokens {
  /// Whether a token still counts: a request may take longer than it lives.
  static func isActive(_ id: String, now: Int64, in db: Database) throws -> Bool {
    try Row.fetchOne(
      db,
      sql: """
        SELECT 1 FROM tokens
        WHERE id = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)
        """, arguments: [id, now]) != nil
  }
}
