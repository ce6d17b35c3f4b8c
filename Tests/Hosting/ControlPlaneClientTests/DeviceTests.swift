import ControlPlaneAPI
import RegistryTesting
import Testing

@testable import ControlPlaneClient

@Suite struct DeviceTests {
  private func plane(_ polls: Reply..., start: DeviceStart? = nil) throws -> ScriptedPlane {
    let start =
      start
      ?? DeviceStart(
        deviceCode: "device", userCode: "BCDF-GHJK", verificationURL: "http://cp.test/device")
    let answers = Answers(list: polls)
    return try ScriptedPlane { request in
      request.path == "/v1/auth/device/start" ? .json(200, start) : answers.next
    }
  }

  private let pending = Reply.answer(202, [:], Array("{}".utf8))
  private let signedIn = Reply.json(200, SignedIn(token: "zt_new", email: "ada@example.com"))

  private func wait(_ plane: ScriptedPlane) throws -> (token: String, email: String?) {
    try DeviceSignIn(plane.client(TokenSource(nil)), clock: plane.clock).wait()
  }

  @Test func theTokenComesWhenSomebodyHasDecided() throws {
    let plane = try plane(pending, pending, signedIn)
    let found = try wait(plane)
    #expect(found.token == "zt_new")
    #expect(found.email == "ada@example.com")
    #expect(plane.slept.withLock { $0 } == [.seconds(5), .seconds(5), .seconds(5)])
    #expect(plane.server.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test func whoIsTooEarlyWaitsLonger() throws {
    let plane = try plane(.answer(429), pending, .drop(), signedIn)
    _ = try wait(plane)
    #expect(
      plane.slept.withLock { $0 } == [.seconds(5), .seconds(10), .seconds(10), .seconds(15)])
  }

  @Test func aDenialAndAnEndAreTold() throws {
    let (denied, over) = (try plane(.answer(403)), try plane(.answer(410)))
    #expect(failure(of: { try wait(denied) })?.code == .denied)
    #expect(failure(of: { try wait(over) })?.code == .gone)
  }

  @Test func theTimeIsOverAtSomeTime() throws {
    let start = DeviceStart(
      deviceCode: "device", userCode: "B", verificationURL: "http://cp.test", intervalSeconds: 5,
      expiresInSeconds: 12)
    let plane = try plane(pending, start: start)
    #expect(failure(of: { try wait(plane) })?.code == .gone)
    #expect(plane.server.requests.count == 3)
  }

  @Test func noServerSlowsDownOrHurriesAClientWithoutEnd() throws {
    for (interval, slept) in [(Int64(-5), 1), (0, 1), (1 << 40, 60)] {
      let start = DeviceStart(
        deviceCode: "device", userCode: "B", verificationURL: "http://cp.test",
        intervalSeconds: interval, expiresInSeconds: 1 << 50)
      let plane = try plane(signedIn, start: start)
      _ = try wait(plane)
      #expect(plane.slept.withLock { $0 } == [.seconds(slept)])
    }
  }

  @Test func anAnswerWithoutATokenIsNone() throws {
    let plane = try plane(.json(200, SignedIn(email: "ada@example.com")))
    #expect(failure(of: { try wait(plane) })?.code == .malformed)
  }
}
