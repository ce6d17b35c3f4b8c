import GRDB

/// Signing in at the pages, and out again.
extension ControlPlane {
  /// Begins a session of whoever presents a token.
  ///
  /// - Parameters:
  ///   - address: where he is.
  ///   - former: the secret that his browser had until now; that session ends.
  /// - Returns: the secret of the session, for his browser alone.
  /// - Throws: 401 for a token that is none, or is over; 429 for an address that tries many.
  package func signIn(
    with token: String, from address: String, instead former: String? = nil
  ) throws -> String {
    let now = clock()
    let found = try database.pool.read { db in try Tokens.holder(of: token, now: now, in: db) }
    guard let found else {
      try limits.guesses.require(address, now: now)
      throw ControlPlaneError(
        401, "no such token", "it is not one of this control plane, or was revoked, or is over")
    }
    try limits.calls.require(found.tokenID, now: now)
    return try change { reviews in
      let sessions = PageSessions(db: reviews.db, now: reviews.now)
      if let former { try sessions.end(former) }
      var entry = AuditEntry(.pageSignIn, by: found)
      entry.reasons = ["from \(address)"]
      try AuditLog.queue(entry, at: reviews.now, in: reviews.db)
      return try sessions.begin(for: found)
    }
  }

  /// Who comes with the secret of a session; nil where the session, or its token, is over.
  ///
  /// - Throws: 429 for a token that asks too often.
  package func visitor(_ secret: String) throws -> Caller? {
    let found = try read { try PageSessions(db: $0.db, now: $0.now).caller(secret) }
    if let found { try limits.calls.require(found.tokenID, now: clock()) }
    return found
  }

  /// Ends a session; the token goes on.
  package func signOut(_ secret: String) throws {
    try change { try PageSessions(db: $0.db, now: $0.now).end(secret) }
  }
}
