import Files
import FoundationEssentials
import GRDB

/// Who is signed in at the pages. A browser holds a secret of its own, never the token; here its hash
/// is kept, and a session is worth what its token is worth at that moment.
///
/// Reference: control-plane.md, "What an attacker meets".
struct PageSessions {
  static let table = """
    CREATE TABLE page_sessions(
      hash BLOB PRIMARY KEY, token TEXT NOT NULL, created INTEGER NOT NULL,
      expires INTEGER NOT NULL) STRICT;
    CREATE INDEX page_sessions_by_token ON page_sessions(token, created);
    """
  /// Milliseconds from signing in to having to sign in again: a working day.
  static let lifetime: Int64 = 12 * 60 * 60 * 1000
  private static let mostOfToken = 32

  let db: Database
  let now: Int64

  /// Begins one; of too many of one token the oldest end.
  ///
  /// - Returns: the secret, which nobody can be told again.
  func begin(for caller: Caller) throws -> String {
    let secret = (try RandomName.make()) + (try RandomName.make())
    try db.execute(sql: "DELETE FROM page_sessions WHERE expires <= ?", arguments: [now])
    try db.execute(
      sql: "INSERT INTO page_sessions(hash, token, created, expires) VALUES (?, ?, ?, ?)",
      arguments: [Tokens.hash(secret), caller.tokenID, now, now + Self.lifetime])
    try db.execute(
      sql: """
        DELETE FROM page_sessions WHERE token = ? AND rowid NOT IN (
          SELECT rowid FROM page_sessions WHERE token = ? ORDER BY created DESC, rowid DESC LIMIT ?)
        """, arguments: [caller.tokenID, caller.tokenID, Self.mostOfToken])
    return secret
  }

  /// Who comes with a secret; nil where the session, or its token, is over.
  func caller(_ secret: String) throws -> Caller? {
    try Row.fetchOne(
      db,
      sql: """
        SELECT t.id, t.email, t.rights, t.projects FROM page_sessions s JOIN tokens t ON t.id = s.token
        WHERE s.hash = ? AND s.expires > ? AND t.revoked IS NULL
          AND (t.expires IS NULL OR t.expires > ?)
        """, arguments: [Tokens.hash(secret), now, now]
    ).map(Tokens.caller)
  }

  func end(_ secret: String) throws {
    try db.execute(
      sql: "DELETE FROM page_sessions WHERE hash = ?", arguments: [Tokens.hash(secret)])
  }
}
