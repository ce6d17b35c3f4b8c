import ControlPlaneAPI
import Encodings
import RegistryTesting
import Synchronization
import Testing

@testable import ControlPlaneClient

/// What is asked twice, and what is not; what becomes of a token that is refused.
@Suite struct RepetitionTests {
  private let update = ServiceUpdate(
    sessionID: "session_1", image: "registry.test/team/orders@sha256:00", env: ["KEY": "value"],
    keepEnv: ["OTHER"], ifGeneration: nil)
  private let accepted = DeployAccepted(
    serviceID: "svc_1", deploymentID: "dep_1", url: nil, generation: 1)

  @Test func aChangeIsRepeatedWithTheSameBytes() throws {
    let answers = Answers(.drop(), .answer(502), .json(202, accepted))
    let plane = try ScriptedPlane { _ in answers.next }
    #expect(try plane.client().update("orders", update) == accepted)
    let bodies = plane.server.requests.map(\.body)
    #expect(bodies.count == 3)
    #expect(Set(bodies.map { String(decoding: $0, as: UTF8.self) }).count == 1)
    #expect(try ServiceUpdate(body: bodies[0]) == update)
  }

  @Test(arguments: [
    (409, ControlPlaneClientError.Code.conflict, true), (422, .refused, true),
    (410, .gone, true), (403, .denied, true), (400, .refused, true), (500, .unavailable, false),
    (200, .malformed, false), (307, .redirected, false),
  ])
  func whetherSomethingHappenedIsKnownOrNot(
    _ status: Int, _ code: ControlPlaneClientError.Code, _ isCertain: Bool
  ) throws {
    let plane = try ScriptedPlane { _ in .answer(status) }
    let error = failure(of: { try plane.client().update("orders", update) })
    #expect(error?.code == code)
    #expect(error?.saysNothingHappened == isCertain)
  }

  @Test func aDecisionIsMadeOnce() throws {
    let plane = try ScriptedPlane { _ in .drop() }
    let client = try plane.client()
    #expect(failure(of: { try client.approve("plan_1", PlanApproval(mode: .once)) }) != nil)
    #expect(plane.server.requests.count == 1)
    #expect(failure(of: { try client.reject("plan_1") }) != nil)
    #expect(plane.server.requests.count == 2)
  }

  @Test func aRefusedTokenIsReplacedOnce() throws {
    let asked = Mutex(0)
    let tokens = TokenSource("old-token") {
      asked.withLock { $0 += 1 }
      return "new-token"
    }
    let plane = try ScriptedPlane { request in
      request.headers["authorization"] == "Bearer new-token" ? .json(200, live) : .answer(401)
    }
    let client = try plane.client(tokens)
    #expect(try client.reader.service("orders") == live)
    #expect(try client.reader.service("orders") == live)
    #expect(asked.withLock { $0 } == 1)
    #expect(plane.server.requests.count == 3)
  }

  @Test func aRefusedTokenInTheMiddle() throws {
    let answers = Answers(
      .json(200, live), .answer(401), .answer(401), .answer(401), .json(200, live))
    let plane = try ScriptedPlane { _ in answers.next }
    let client = try plane.client(TokenSource("old-token") { "new-token" })
    #expect(try client.reader.service("orders") == live)
    #expect(failure(of: { try client.reader.service("orders") })?.code == .unauthorized)
    // Nobody is asked a second time.
    #expect(failure(of: { try client.reader.service("orders") })?.code == .unauthorized)
    #expect(plane.server.requests.count == 4)
  }

  @Test func whereNobodyCanBeAskedTheRefusalStands() throws {
    let plane = try ScriptedPlane { _ in .problem(Problem(status: 401, title: "a token is needed"))
    }
    let error = failure(of: { try plane.client().verifyToken() })
    #expect(error?.code == .unauthorized)
    #expect(error?.problem?.title == "a token is needed")
    #expect(plane.server.requests.count == 1)
  }

  @Test func withoutATokenNothingIsSent() throws {
    let plane = try ScriptedPlane { _ in .json(200, live) }
    let error = failure(of: { try plane.client(TokenSource(nil)).reader.service("orders") })
    #expect(error?.code == .signedOut)
    #expect(plane.server.requests.isEmpty)
    #expect(try plane.client(TokenSource(nil) { "typed" }).reader.service("orders") == live)
  }

  @Test func whoSignsOutTwiceIsSignedOut() throws {
    let answers = Answers(.answer(204), .answer(401), .answer(403))
    let plane = try ScriptedPlane { _ in answers.next }
    try plane.client().logout()
    try plane.client().logout()
    #expect(failure(of: { try plane.client().logout() })?.code == .denied)
  }
}
