import ControlPlaneAPI
import Encodings
import JSON
import RegistryTesting
import Testing

@testable import ControlPlaneClient

/// A control plane that stalls, lies, truncates, redirects, loops and answers garbage.
@Suite struct HostileTests {
  @Test func aTokenGoesAlongAndNowhereElse() throws {
    let elsewhere = try ScriptedPlane { _ in .json(200, live) }
    let plane = try ScriptedPlane { _ in
      .answer(307, ["Location": "http://\(elsewhere.server.host)/v1/services/orders"])
    }
    let error = failure(of: { try plane.client().reader.service("orders") })
    #expect(error?.code == .redirected)
    #expect(
      plane.server.requests.first?.headers["authorization"] == "Bearer \(ScriptedPlane.secret)")
    #expect(elsewhere.server.requests.isEmpty)
    #expect(plane.server.requests.count == 1)
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func noRedirectionIsFollowed(_ status: Int) throws {
    let plane = try ScriptedPlane { request in
      .answer(status, ["Location": request.target])
    }
    #expect(failure(of: { try plane.client().verifyToken() })?.code == .redirected)
    #expect(plane.server.requests.count == 1)
  }

  @Test(arguments: [408, 429, 500, 502, 503, 504])
  func whatPassesIsAskedAgain(_ status: Int) throws {
    let answers = Answers(
      .problem(Problem(status: status, title: "not now")), .answer(status), .json(200, live))
    let plane = try ScriptedPlane { _ in answers.next }
    #expect(try plane.client().reader.service("orders") == live)
    #expect(plane.server.requests.count == 3)
    #expect(plane.slept.withLock { $0.count } == 2)
  }

  @Test func fiveAttemptsAndNoMore() throws {
    let plane = try ScriptedPlane { _ in .problem(Problem(status: 503, title: "not now")) }
    let error = failure(of: { try plane.client().reader.service("orders") })
    #expect(error?.code == .unavailable)
    #expect(error?.problem?.title == "not now")
    #expect(plane.server.requests.count == 5)
    let waits = plane.slept.withLock { $0 }
    #expect(waits.count == 4)
    for (wait, most) in zip(waits, [250, 500, 1000, 2000]) {
      #expect(wait <= .milliseconds(most) && wait >= .milliseconds(most / 2))
    }
  }

  @Test func aServerSaysWhenToComeAgain() throws {
    let answers = Answers(.answer(429, ["Retry-After": "7"]), .json(200, live))
    let plane = try ScriptedPlane { _ in answers.next }
    _ = try plane.client().reader.service("orders")
    #expect(plane.slept.withLock { $0 } == [.seconds(7)])
  }

  @Test func butNotForever() throws {
    let plane = try ScriptedPlane { _ in .answer(503, ["Retry-After": "86400"]) }
    let error = failure(of: { try plane.client().reader.service("orders") })
    #expect(error?.code == .unavailable)
    #expect(error?.found == "503, Retry-After 86400 s")
    #expect(plane.server.requests.count == 1)
  }

  @Test func aConnectionThatBreaksIsTriedAgain() throws {
    let answers = Answers(.drop(), .drop(), .json(200, live))
    let plane = try ScriptedPlane { _ in answers.next }
    #expect(try plane.client().reader.service("orders") == live)
  }

  @Test func aStallEnds() throws {
    let plane = try ScriptedPlane { _ in .silence }
    let error = failure {
      try plane.client { $0.answerTime = .milliseconds(50) }.reader.service("orders")
    }
    #expect(error?.code == .unreachable)
    // Five attempts have four waits between them. How many of the five the server had heard of when
    // the time was over, is the machine's affair.
    #expect(plane.slept.withLock { $0.count } == 4)
    #expect(plane.server.requests.count <= 5)
  }

  @Test func nobodyListens() throws {
    let plane = try ScriptedPlane { _ in .silence }
    let client = try plane.client()
    plane.server.stop()
    #expect(failure(of: { try client.verifyToken() })?.code == .unreachable)
  }

  @Test func aTruncatedAnswerIsNone() throws {
    let plane = try ScriptedPlane { _ in
      .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"serviceId\":\"s\"".utf8))
    }
    #expect(failure(of: { try plane.client().reader.service("orders") })?.code == .unreachable)
    // A connection that is used again may break before the server has heard anything.
    #expect((2...5).contains(plane.server.requests.count))
  }

  @Test(arguments: [
    "", "null", "[]", "{", "\u{0}\u{1}", "<html>Sign in</html>", "{\"serviceId\":7}",
    "{\"serviceId\":\"s\"}", String(repeating: "[", count: 100_000),
  ])
  func garbageIsNoAnswer(_ text: String) throws {
    let plane = try ScriptedPlane { _ in .answer(200, [:], Array(text.utf8)) }
    #expect(failure(of: { try plane.client().reader.service("orders") })?.code == .malformed)
    #expect(failure(of: { try plane.client().openSession(request) })?.code == .malformed)
  }

  @Test func anAnswerThatDoesNotEndIsNotRead() throws {
    let plane = try ScriptedPlane { _ in .endless(200) }
    let error = failure(of: {
      try plane.client { $0.answerLimit = 100_000 }.reader.service("orders")
    })
    #expect(error?.code == .tooLarge)
  }

  @Test func neitherIsARefusalThatDoesNotEnd() throws {
    let plane = try ScriptedPlane { _ in .endless(403) }
    let error = failure(of: { try plane.client().reader.service("orders") })
    #expect(error?.code == .denied)
    #expect(error?.problem == nil)
  }

  @Test func aListThatGoesRoundEnds() throws {
    let plane = try ScriptedPlane { _ in
      .json(200, Page(entries: [ServiceEntry(name: "orders", service: live)], next: "1"))
    }
    let error = failure(of: { try plane.client().reader.services(limit: 1000) })
    #expect(error?.code == .malformed)
    #expect(plane.server.requests.count < 4)
    #expect(try plane.client().reader.services(limit: 1).entries.count == 1)
  }

  @Test func aListOfEmptyPagesEnds() throws {
    let plane = try ScriptedPlane { _ in
      .json(200, Page<ServiceEntry>(entries: [], next: "1"))
    }
    #expect(failure(of: { try plane.client().reader.services(limit: 10) })?.code == .malformed)
  }

  @Test func anotherPlanIsNotTheOneThatWasAskedFor() throws {
    let plan = ReviewPlan(
      id: "plan_2", projectName: "orders", baselineSha: nil, proposedSha: .sha256(of: "x"),
      createdAt: 0, reasons: [])
    let plane = try ScriptedPlane { _ in .json(200, plan) }
    #expect(failure(of: { try plane.client().reader.plan("plan_1") })?.code == .malformed)
    #expect(try plane.client().reader.plan("plan_2") == plan)
  }

  @Test func namesAreSegments() throws {
    let plane = try ScriptedPlane { _ in .answer(404) }
    #expect(try plane.client().reader.service("../grants?x=1#y") == nil)
    #expect(plane.server.requests.first?.target == "/v1/services/..%2Fgrants%3Fx%3D1%23y")
  }

  @Test func aRefusalIsWordedWithoutTheToken() throws {
    let plane = try ScriptedPlane { _ in
      .problem(
        Problem(
          status: 422, title: "no", detail: "you sent \(ScriptedPlane.secret)",
          reasons: (0..<1000).map { "reason \($0) \(ScriptedPlane.secret)" }))
    }
    let error = failure(of: { try plane.client().openSession(request) })
    #expect(error?.code == .refused)
    #expect(error?.problem?.detail == "you sent …")
    #expect(error?.problem?.reasons.count == 50)
    #expect("\(String(describing: error))".contains(ScriptedPlane.secret) == false)
  }

  @Test func anAnswerThatRepeatsTheTokenIsNotShownWithIt() throws {
    let plane = try ScriptedPlane { _ in
      .answer(200, [:], Array("{\"status\":\"\(ScriptedPlane.secret)\"".utf8))
    }
    let error = failure(of: { try plane.client().reader.deployment("dep_1") })
    #expect(error?.code == .malformed)
    #expect("\(String(describing: error))".contains(ScriptedPlane.secret) == false)
  }
}

let request = SessionRequest(projectName: "orders", region: "eu", contract: .init(handlerPath: "h"))
