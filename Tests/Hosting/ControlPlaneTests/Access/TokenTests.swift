import ControlPlaneAPI
import Foundation
import HTTPListener
import JSON
import TestSupport
import Testing

@testable import ControlPlane

struct TokenTests {
  @Test func aTokenIsToldOnceAndKeptAsAHash() async throws {
    try await TestPlane.with { (test) throws in
      let tokens = (try test.token(), try test.token())
      #expect(tokens.0 != tokens.1)
      #expect(tokens.0.hasPrefix("ztc_"))
      #expect(tokens.0.count == 4 + 64)
      let reply = try test.ask("POST", .verifyToken, tokens.0, [:])
      #expect(reply.status == 200)
      #expect(reply.text == #"{"email":"ada@example.com"}"#)
      let kept = try FileTree.contents(of: test.folder.root)
      for (path, bytes) in kept {
        #expect(!bytes.contains(tokens.0), "\(path)")
        #expect(!bytes.contains(String(tokens.0.dropFirst(4))), "\(path)")
      }
    }
  }

  @Test func whatIsNoTokenIsRefused() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      for wrong in [token + "0", String(token.dropLast()), token.uppercased(), "x", ""] {
        let reply = try test.ask("POST", .verifyToken, wrong, [:])
        #expect(try reply.problem.status == 401)
        #expect(reply["www-authenticate"] == "Bearer")
      }
      #expect(try test.ask("POST", .verifyToken, nil, [:]).status == 401)
      let other = try test.ask(
        "POST", ControlPlaneCall.verifyToken.path, nil, [:], ["Authorization": "Digest \(token)"])
      #expect(other.status == 401)
    }
  }

  @Test func everyCallButSigningInNeedsAToken() async throws {
    try await TestPlane.with { (test) throws in
      let calls: [(String, ControlPlaneCall)] = [
        ("POST", .verifyToken), ("POST", .logout), ("POST", .openSession), ("GET", .plan("x")),
        ("POST", .approvePlan("x")), ("POST", .rejectPlan("x")), ("GET", .grants),
        ("GET", .projectGrants("x")), ("POST", .revokeGrant("x")), ("GET", .services),
        ("GET", .service("x")), ("PUT", .service("x")), ("GET", .serviceDeployments("x")),
        ("GET", .serviceLogs("x")), ("GET", .deployment("x")),
      ]
      for (method, call) in calls {
        let reply = try test.ask(method, call, nil, method == "GET" ? nil : [:])
        #expect(reply.status == 401, "\(method) \(call.path)")
      }
      #expect(try test.ask("GET", "/metrics").status == 401)
    }
  }

  @Test func aTokenEnds() async throws {
    try await TestPlane.with { (test) throws in
      let short = try test.token(expiresAt: test.clock.now + 10_000)
      #expect(try test.ask("POST", .verifyToken, short, [:]).status == 200)
      test.clock.advance(seconds: 10)
      #expect(try test.ask("POST", .verifyToken, short, [:]).status == 401)

      let leaving = try test.token()
      #expect(try test.ask("POST", .logout, leaving, [:]).status == 204)
      #expect(try test.ask("POST", .verifyToken, leaving, [:]).status == 401)

      let revoked = try test.plane.tokens.create(
        email: "b@example.com", rights: [.deploy], now: test.clock.now)
      #expect(try test.plane.tokens.revoke(revoked.kept.id, now: test.clock.now))
      #expect(try !test.plane.tokens.revoke(revoked.kept.id, now: test.clock.now))
      #expect(try test.ask("POST", .verifyToken, revoked.token, [:]).status == 401)
      #expect(try test.plane.tokens.all().map { $0.revokedAt != nil } == [false, true, true])
      #expect(try test.ask("GET", "/readyz").status == 200)
      #expect(try test.actions().suffix(2) == ["token.created", "token.revoked"])
    }
  }

  @Test func whoGuessesIsSlowedDown() async throws {
    try await TestPlane.with { (test) throws in
      var statuses: Set<Int> = []
      for _ in 0..<30 { statuses.insert(try test.ask("GET", .grants, "ztc_no").status) }
      #expect(statuses == [401, 429])
      let reply = try test.ask("GET", .grants, "ztc_no")
      #expect(try reply.problem.status == 429)
      #expect(reply["retry-after"].flatMap { Int($0) } ?? 0 > 0)
      // Who has a token is not held up by that.
      #expect(try test.ask("GET", .grants, try test.token()).status == 200)
      test.clock.advance(seconds: 60)
      #expect(try test.ask("GET", .grants, "ztc_no").status == 401)
    }
  }

  @Test(arguments: ["", "a b", "a\nb", "ä@example.com", String(repeating: "a", count: 255)])
  func whatIsNoAddressIsRefused(_ email: String) throws {
    let scratch = try Scratch()
    let tokens = try Tokens(DataFolder(scratch.path + "/data"))
    #expect(throws: ControlPlaneError.self) {
      try tokens.create(email: email, rights: [.deploy], now: 1)
    }
  }

  /// The command works beside the server.
  @Test func aTokenThatIsMadeBesideTheServerCounts() async throws {
    try await TestPlane.with { (test) throws in
      let beside = try Tokens(test.folder)
      let made = try beside.create(
        email: "c@example.com", rights: [.deploy], now: test.clock.now)
      #expect(try test.ask("POST", .verifyToken, made.token, [:]).status == 200)
      #expect(try beside.revoke(made.kept.id, now: test.clock.now))
      #expect(try test.ask("POST", .verifyToken, made.token, [:]).status == 401)
    }
  }
}

/// What lies in a folder.
enum FileTree {
  /// Every file below it, as text of one byte a character.
  static func contents(of folder: String) throws -> [(String, String)] {
    let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    return names.compactMap { name in
      guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { return nil }
      return (name, String(data.map { Character(Unicode.Scalar($0)) }))
    }
  }
}

struct RateLimiterTests {
  @Test func soManyAtOnceAndSoManyAMinute() {
    let limiter = RateLimiter(burst: 3, perMinute: 6)
    for _ in 0..<3 { #expect(limiter.take("a", now: 1000) == nil) }
    #expect(limiter.take("a", now: 1000) == 11)
    #expect(limiter.take("b", now: 1000) == nil)
    #expect(limiter.take("a", now: 10_999) == 1)
    #expect(limiter.take("a", now: 11_001) == nil)
    let error = #expect(throws: ControlPlaneError.self) { try limiter.require("a", now: 11_001) }
    #expect(error?.problem.status == 429 && error?.retryAfter == 11)
    // A clock that is set back gives nothing.
    #expect(limiter.take("a", now: 0) != nil)
  }

  @Test func namesThatSomebodyMakesUpCostLittle() {
    let limiter = RateLimiter(burst: 1, perMinute: 1)
    for number in 0..<10_000 { #expect(limiter.take("name \(number)", now: 1000) == nil) }
    // All who come new share what is left.
    #expect(limiter.take("another", now: 1000) == nil)
    #expect(limiter.take("one more", now: 1000) != nil)
    #expect(limiter.take("later", now: 100_000) == nil)
    #expect(limiter.take("later still", now: 100_000) == nil)
  }
}
