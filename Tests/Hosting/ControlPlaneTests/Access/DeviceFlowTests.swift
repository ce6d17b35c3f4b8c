import ControlPlaneAPI
import JSON
import TestSupport
import Testing

@testable import ControlPlane

struct DeviceFlowTests {
  private static func start(_ test: TestPlane) throws -> DeviceStart {
    let reply = try test.ask(
      "POST", ControlPlaneCall.startDevice.path, nil, [:], ["User-Agent": "zigttp/1 (ada's laptop)"]
    )
    try #require(reply.status == 200, "\(reply.text)")
    return try DeviceStart(answer: reply.body)
  }

  private static func poll(_ test: TestPlane, _ start: DeviceStart) throws -> TestPlane.Reply {
    try test.ask("POST", .pollDevice, nil, DevicePoll(deviceCode: start.deviceCode).json)
  }

  private static let ada = Caller(
    tokenID: "t", email: "ada@example.com", rights: [.deploy, .review], projects: .only(["orders"]))

  @Test func somebodyElseLetsOneIn() async throws {
    try await TestPlane.with { (test) throws in
      let start = try Self.start(test)
      #expect(start.intervalSeconds == 5)
      #expect(start.expiresInSeconds == 600)
      #expect(start.verificationURL == "http://127.0.0.1:\(test.port)/device")
      #expect(try Self.poll(test, start).status == 202)
      let asking = try test.plane.signInRequest(start.userCode, by: Self.ada, from: "here")
      #expect(asking.address == "127.0.0.1")
      #expect(asking.client == "zigttp/1 (ada's laptop)")
      // As a person types it.
      let typed = start.userCode.lowercased().prefix(4) + "-" + start.userCode.suffix(4)
      try test.plane.decideSignIn(String(typed), rights: [.deploy], by: Self.ada, from: "here")
      test.clock.advance(seconds: 5)
      let reply = try Self.poll(test, start)
      #expect(reply.status == 200)
      let signedIn = try SignedIn(answer: reply.body)
      #expect(signedIn.email == "ada@example.com")
      let token = try #require(signedIn.token)
      #expect(try test.ask("POST", .verifyToken, token, [:]).status == 200)
      // For ninety days.
      let day: Int64 = 86_400_000
      let kept = try #require(try test.plane.tokens.all().last)
      #expect(kept.expiresAt == kept.createdAt - 5000 + 90 * day)
      #expect(asking.tokenExpiresAt == kept.expiresAt)
      // With the rights that were chosen, for the projects of whoever chose them.
      #expect(try test.openSession(contract(), token).status == 200)
      #expect(try test.openSession(contract(), token, project: "other").status == 403)
      #expect(try test.ask("POST", .revokeGrant("x"), token, [:]).status == 404)
      #expect(try test.actions().suffix(2) == ["sign-in.approved", "token.created"])
      // Told once, and the code is of no use any more.
      test.clock.advance(seconds: 5)
      #expect(try Self.poll(test, start).problem.status == 410)
      #expect(throws: ControlPlaneError.self) {
        try test.plane.decideSignIn(start.userCode, rights: [.deploy], by: Self.ada, from: "here")
      }
    }
  }

  /// Nobody lets somebody in for longer than he is in himself.
  @Test func aSignInEndsWithTheTokenThatApprovedIt() async throws {
    try await TestPlane.with { (test) throws in
      let now = test.clock.now
      let (_, own) = try test.plane.tokens.create(
        email: "ada@example.com", rights: [.deploy], expiresAt: now + 60_000, now: now)
      let caller = Caller(
        tokenID: own.id, email: own.email, rights: own.rights, projects: own.projects)
      let start = try Self.start(test)
      let asking = try test.plane.signInRequest(start.userCode, by: caller, from: "here")
      #expect(asking.tokenExpiresAt == now + 60_000)
      try test.plane.decideSignIn(start.userCode, rights: [.deploy], by: caller, from: "here")
      let token = try #require(try SignedIn(answer: Self.poll(test, start).body).token)
      #expect(try test.ask("POST", .verifyToken, token, [:]).status == 200)
      test.clock.advance(seconds: 60)
      #expect(try test.ask("POST", .verifyToken, token, [:]).status == 401)
    }
  }

  @Test func aDenialIsTold() async throws {
    try await TestPlane.with { (test) throws in
      let start = try Self.start(test)
      try test.plane.decideSignIn(start.userCode, rights: nil, by: Self.ada, from: "here")
      #expect(try Self.poll(test, start).problem.status == 403)
    }
  }

  @Test func codesEndAndPollsTakeTheirTime() async throws {
    try await TestPlane.with { (test) throws in
      let start = try Self.start(test)
      #expect(try Self.poll(test, start).status == 202)
      let early = try Self.poll(test, start)
      #expect(try early.problem.status == 429)
      #expect(early["retry-after"] == "5")
      test.clock.advance(seconds: 600)
      #expect(try Self.poll(test, start).problem.status == 410)
      #expect(throws: ControlPlaneError.self) {
        try test.plane.signInRequest(start.userCode, by: Self.ada, from: "here")
      }
      let nobody = DeviceStart(deviceCode: "x", userCode: "", verificationURL: "")
      #expect(try Self.poll(test, nobody).problem.status == 410)
    }
  }

  @Test func nobodyGivesMoreThanHeHas() async throws {
    try await TestPlane.with { (test) throws in
      let start = try Self.start(test)
      let error = #expect(throws: ControlPlaneError.self) {
        try test.plane.decideSignIn(start.userCode, rights: [.admin], by: Self.ada, from: "here")
      }
      #expect(error?.problem.status == 403)
    }
  }

  /// Reference: control-plane.md: 8 characters of an alphabet without doubles, hashed.
  @Test func codesAreShortForPeopleAndHashed() async throws {
    #expect(Set(DeviceFlow.alphabet).count == DeviceFlow.alphabet.count)
    for double in "OIL01AEU5SZ28".utf8 { #expect(!DeviceFlow.alphabet.contains(double)) }
    try await TestPlane.with { (test) throws in
      let starts = try (0..<5).map { _ in try Self.start(test) }
      #expect(Set(starts.map(\.userCode)).count == 5)
      #expect(starts.allSatisfy { $0.deviceCode.count == 64 && $0.userCode.count == 8 })
      for (path, bytes) in try FileTree.contents(of: test.folder.root) {
        for start in starts {
          #expect(!bytes.contains(start.deviceCode) && !bytes.contains(start.userCode), "\(path)")
        }
      }
    }
  }

  @Test func anAddressBeginsOnlySoOften() async throws {
    try await TestPlane.with { (test) throws in
      var statuses: [Int] = []
      for _ in 0..<15 { statuses.append(try test.ask("POST", .startDevice, nil, [:]).status) }
      #expect(Set(statuses) == [200, 429])
      #expect(statuses.first == 200)
      #expect(statuses.last == 429)
    }
  }

  /// Reference: control-plane.md: codes are throttled a code and an address.
  @Test func whoTriesCodesIsSlowedDown() throws {
    let scratch = try Scratch()
    let made = try TestPlane.make(in: scratch)
    func status(_ caller: Caller, from address: String) -> Int? {
      failure(ControlPlaneError.self) {
        _ = try made.plane.signInRequest("BCDFGHJK", by: caller, from: address)
      }?.problem.status
    }
    let bob = Caller(tokenID: "b", email: "bob@example.com", rights: [.deploy], projects: .all)
    let (person, address) = (
      (0..<11).map { status(Self.ada, from: "address \($0)") },
      (0..<11).map { number in
        status(
          Caller(tokenID: "c", email: "c\(number)@example.com", rights: [], projects: .all),
          from: "one")
      }
    )
    #expect(person == Array(repeating: 404, count: 10) + [429])
    #expect(address == Array(repeating: 404, count: 10) + [429])
    #expect(status(bob, from: "another") == 404)
  }
}
