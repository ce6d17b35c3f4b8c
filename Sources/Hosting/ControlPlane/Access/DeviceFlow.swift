import ControlPlaneAPI
import Digests
import Files
import FoundationEssentials
import GRDB

/// Somebody at another screen who wants to sign in, as the person sees who lets him.
public struct SignInRequest: Sendable, Hashable {
  /// The address that asked.
  public var address: String
  /// What it calls itself.
  public var client: String
  /// Milliseconds since 1970.
  public var createdAt: Int64
  /// When the token would end that the asker gets, in milliseconds since 1970.
  public var tokenExpiresAt: Int64
}

/// Signing in without a browser on the same machine: codes that are hashed, short-lived, and used
/// once. The token is made only when it is fetched.
///
/// Reference: RFC 8628; control-plane.md, "What an attacker meets".
struct DeviceFlow: Sendable {
  /// Letters and digits of which none looks like another, and which make no words.
  static let alphabet = Array("BCDFGHJKMPQRTVWXY34679".utf8)
  static let userCodeLength = 8
  static let interval: Int64 = 5
  static let lifetime: Int64 = 600
  private static let mostOpen = 1000
  /// Of the token that somebody is let in with, in milliseconds: a laptop that is lost is not signed in
  /// for ever.
  static let tokenLifetime: Int64 = 90 * 86_400_000

  let database: ControlPlaneDatabase

  /// Begins. `verificationURL` is where a person types the code.
  func start(
    address: String, client: String, verificationURL: String, now: Int64
  ) throws -> DeviceStart {
    let code = (try RandomName.make()) + (try RandomName.make())
    let userCode = Self.userCode()
    try database.pool.write { db in
      try db.execute(sql: "DELETE FROM device_codes WHERE expires <= ?", arguments: [now - 600_000])
      let open = try Int.fetchOne(db, sql: "SELECT count(*) FROM device_codes") ?? 0
      guard open < Self.mostOpen else {
        throw ControlPlaneError.tooMany("too many are signing in", retryAfter: 60)
      }
      try db.execute(
        sql: """
          INSERT INTO device_codes(device_hash, user_hash, created, expires, address, client, state)
          VALUES (?, ?, ?, ?, ?, ?, 'pending')
          """,
        arguments: [
          Tokens.hash(code), Tokens.hash(userCode), now, now + Self.lifetime * 1000, address,
          String(client.prefix(100)),
        ])
    }
    return DeviceStart(
      deviceCode: code, userCode: userCode, verificationURL: verificationURL,
      intervalSeconds: Self.interval, expiresInSeconds: Self.lifetime)
  }

  // The system's generator is a cryptographic one.
  private static func userCode() -> String {
    let units = (0..<userCodeLength).compactMap { _ in alphabet.randomElement() }
    return String(decoding: units, as: UTF8.self)
  }

  /// What a poll gets.
  enum Poll: Sendable, Hashable {
    case pending
    case signedIn(SignedIn)
  }

  /// Polls; the token is told once.
  ///
  /// - Throws: 403 once denied; 410 when the time is over, for a code that was used, and for one that
  ///   never was; 429 when the last poll was a moment ago.
  func poll(_ code: String, now: Int64) throws -> Poll {
    let poll = try database.pool.write { db -> Poll? in
      let hash = Tokens.hash(code)
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM device_codes WHERE device_hash = ?", arguments: [hash])
      guard let row, row["expires"] as Int64 > now, row["state"] as String != "used" else {
        throw ControlPlaneError(410, "the code is over", "start again")
      }
      if let polled = row["polled"] as Int64?, now < polled + Self.interval * 1000 {
        throw ControlPlaneError.tooMany(
          "one poll in \(Self.interval) seconds", retryAfter: Self.interval)
      }
      try db.execute(
        sql: "UPDATE device_codes SET polled = ? WHERE device_hash = ?", arguments: [now, hash])
      switch row["state"] as String {
      case "denied": return nil
      case "approved":
        let email: String = row["email"]
        try db.execute(
          sql: "UPDATE device_codes SET state = 'used' WHERE device_hash = ?", arguments: [hash])
        let (token, _) = try Tokens.create(
          email: email, rights: Set(text: row["rights"]),
          projects: ProjectScope(text: row["projects"]),
          note: "signed in from \(row["client"] as String)",
          expiresAt: row["token_expires"] as Int64?, now: now, in: db)
        return Poll.signedIn(SignedIn(token: token, email: email))
      default: return Poll.pending
      }
    }
    guard let poll else { throw ControlPlaneError.denied("the sign-in was denied") }
    return poll
  }

  /// Who asks, for the person who is to decide. Spaces and dashes are not part of a code, and its
  /// case does not matter.
  ///
  /// - Throws: 404 for a code that is none or over.
  func request(_ userCode: String, by caller: Caller, now: Int64) throws -> SignInRequest {
    try database.pool.read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT * FROM device_codes WHERE user_hash = ? AND state = 'pending' AND expires > ?
          """, arguments: [Tokens.hash(Self.typed(userCode)), now])
      guard let row else { throw ControlPlaneError.missing("no such code, or it is over") }
      return SignInRequest(
        address: row["address"], client: row["client"], createdAt: row["created"],
        tokenExpiresAt: try Self.end(of: caller, now: now, in: db))
    }
  }

  // Nobody gives more time than his own token has left.
  private static func end(of caller: Caller, now: Int64, in db: Database) throws -> Int64 {
    let own = try Int64.fetchOne(
      db, sql: "SELECT expires FROM tokens WHERE id = ?", arguments: [caller.tokenID])
    return min(now + tokenLifetime, own ?? .max)
  }

  /// Lets somebody sign in as the caller, with at most the caller's own rights, which are all of them
  /// for who may admin; nil denies it.
  func decide(_ userCode: String, rights: Set<TokenRight>?, by caller: Caller, now: Int64) throws {
    if let rights, !caller.rights.contains(.admin), !rights.isSubset(of: caller.rights) {
      throw ControlPlaneError.denied("nobody gives rights that he has not")
    }
    try database.pool.write { db in
      try db.execute(
        sql: """
          UPDATE device_codes
          SET state = ?, email = ?, rights = ?, projects = ?, token_expires = ?
          WHERE user_hash = ? AND state = 'pending' AND expires > ?
          """,
        arguments: [
          rights == nil ? "denied" : "approved", caller.email, (rights ?? []).text,
          caller.projects.text, try Self.end(of: caller, now: now, in: db),
          Tokens.hash(Self.typed(userCode)), now,
        ])
      guard db.changesCount == 1 else {
        throw ControlPlaneError.missing("no such code, or it is over")
      }
      try AuditLog.queue(
        AuditEntry(rights == nil ? .signInDenied : .signInApproved, by: caller), at: now, in: db)
    }
  }

  private static func typed(_ code: String) -> String {
    code.uppercased().filter { $0 != " " && $0 != "-" }
  }
}
