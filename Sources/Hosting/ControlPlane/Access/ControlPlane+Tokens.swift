import Encodings
import GRDB

/// A token that somebody asks for.
package struct TokenRequest: Sendable, Hashable {
  /// Whose it is to be.
  package var email: String
  /// What it allows.
  package var rights: Set<TokenRight>
  /// For which projects.
  package var projects: ProjectScope
  /// What it is for.
  package var note: String
  /// Milliseconds since 1970; nil for never.
  package var expiresAt: Int64?

  /// From its parts.
  package init(
    email: String, rights: Set<TokenRight>, projects: ProjectScope, note: String,
    expiresAt: Int64?
  ) {
    (self.email, self.rights, self.projects) = (email, rights, projects)
    (self.note, self.expiresAt) = (note, expiresAt)
  }
}

/// A person's tokens. Nobody gives more than he has; who may admin gives to everybody.
extension ControlPlane {
  private static let longestNote = 200
  private static let mostOfPerson = 100

  /// The caller's own tokens, newest first; everybody's for who may admin. Those that ended too.
  package func tokens(for caller: Caller) throws -> [TokenRecord] {
    try tokens.all().reversed().filter { Self.isHis($0, caller) }
  }

  private static func isHis(_ token: TokenRecord, _ caller: Caller) -> Bool {
    caller.rights.contains(.admin) || Person.key(token.email) == caller.person
  }

  /// Makes a token.
  ///
  /// - Returns: the token, which nobody can be told again, and what is kept of it.
  /// - Throws: 400 for what no token can be; 403 for what the caller has not himself; 429 where he
  ///   has many.
  package func createToken(
    _ request: TokenRequest, by caller: Caller
  ) throws -> (token: String, kept: TokenRecord) {
    let now = clock()
    guard !request.rights.isEmpty else {
      throw ControlPlaneError(400, "a token without rights", "expected one at least")
    }
    guard request.note.count <= Self.longestNote else {
      throw ControlPlaneError(
        400, "the note is too long", "expected at most \(Self.longestNote) characters")
    }
    if let expires = request.expiresAt, expires <= now {
      throw ControlPlaneError(400, "the expiry is over", "expected a time to come")
    }
    if case .only(let names) = request.projects {
      guard !names.isEmpty else {
        throw ControlPlaneError(400, "a token for no project", "expected one at least")
      }
      for name in names { _ = try ServiceName(name.text) }
    }
    return try change { reviews in
      try Self.requireOwn(request, caller, reviews)
      return try Tokens.create(
        email: request.email, rights: request.rights, projects: request.projects,
        note: request.note, expiresAt: request.expiresAt, now: reviews.now, by: caller,
        in: reviews.db)
    }
  }

  private static func requireOwn(
    _ request: TokenRequest, _ caller: Caller, _ reviews: Reviews
  ) throws {
    guard try Tokens.isActive(caller.tokenID, now: reviews.now, in: reviews.db) else {
      throw ControlPlaneError.unauthorized
    }
    if caller.rights.contains(.admin) { return }
    guard Person.key(request.email) == caller.person else {
      throw ControlPlaneError.denied("a token for somebody else needs the right to admin")
    }
    guard request.rights.isSubset(of: caller.rights) else {
      throw ControlPlaneError.denied("nobody gives rights that he has not")
    }
    guard request.projects.isPart(of: caller.projects) else {
      throw ControlPlaneError.denied("nobody gives projects that he has not")
    }
    let ends = try Int64.fetchOne(
      reviews.db, sql: "SELECT expires FROM tokens WHERE id = ?", arguments: [caller.tokenID])
    if let ends, request.expiresAt.map({ $0 > ends }) ?? true {
      throw ControlPlaneError.denied("nobody gives more time than his own token has left")
    }
    let active = try Int.fetchOne(
      reviews.db,
      sql: """
        SELECT count(*) FROM tokens WHERE lower(email) = ? AND revoked IS NULL
          AND (expires IS NULL OR expires > ?)
        """, arguments: [caller.person, reviews.now])
    guard active ?? 0 < mostOfPerson else {
      throw ControlPlaneError.tooMany(
        "\(mostOfPerson) tokens of the person are in use: revoke some", retryAfter: 60)
    }
  }

  /// Revokes a token of the caller's; any token for who may admin. One that is revoked stays as it
  /// is.
  ///
  /// - Throws: 404, also for a token of somebody else.
  package func revokeToken(_ id: String, by caller: Caller) throws {
    guard try tokens(for: caller).contains(where: { $0.id == id }) else {
      throw ControlPlaneError.missing("there is no such token")
    }
    _ = try change { try Tokens.revoke(id, now: $0.now, by: caller, in: $0.db) }
  }
}

extension ProjectScope {
  fileprivate func isPart(of other: ProjectScope) -> Bool {
    switch (self, other) {
    case (_, .all): true
    case (.all, .only): false
    case (.only(let own), .only(let names)): own.isSubset(of: names)
    }
  }
}
