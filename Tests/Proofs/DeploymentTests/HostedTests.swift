import ContentStore
import Contracts
import ControlPlaneAPI
import ControlPlaneClient
import Digests
import Foundation
import OCIRegistry
import RegistryTesting
import Synchronization
import TestSupport
import Testing

@testable import Deployment

/// The parts of a hosted deploy that need no control plane, or a scripted one.
@Suite struct HostedTests {
  @Test func aTargetIsOriginAndScope() {
    let target = HostedTarget(origin: "https://cp.example", scope: "team a")
    #expect(target.description == "https://cp.example team%20a")
    #expect(HostedTarget.isTarget(target.description, of: "https://cp.example"))
    #expect(!HostedTarget.isTarget(target.description, of: "https://cp.exampl"))
    #expect(!HostedTarget.isTarget("https://cp.example.com team", of: "https://cp.example"))
    #expect(!HostedTarget.isTarget("local", of: "https://cp.example"))
    #expect(!HostedTarget.isTarget(nil, of: "https://cp.example"))
  }

  @Test func aPendingDeployReadsBackAsItWas() throws {
    for generation in [nil, Int64(7)] {
      let pending = PendingDeploy(
        record: .sha256(of: "record"), session: "session_1", time: 1_776_602_096_789,
        handlerPath: "app/handler.ts", ifGeneration: generation)
      #expect(PendingDeploy(pending.bytes) == pending)
    }
    for text in ["", "{}", "[]", "{\"record\":\"x\"}"] {
      #expect(PendingDeploy(Array(text.utf8)) == nil)
    }
  }

  @Test func pendingDeploysAreAFileAService() throws {
    let scratch = try Scratch()
    let store = try ContentStore(StoreMaker().make(at: scratch.path + "/.zigttp", slug: "test"))
    let pendings = PendingDeploys(store)
    #expect(try pendings.read("orders") == nil)
    let pending = PendingDeploy(
      record: .sha256(of: "record"), session: "s", time: 1, handlerPath: "h", ifGeneration: nil)
    try pendings.write(pending, for: "orders")
    #expect(try pendings.read("orders") == pending)
    #expect(try pendings.read("other") == nil)
    #expect(try fileNames(in: store.layout.pending) == ["orders"])
    try pendings.remove("orders")
    try pendings.remove("orders")
    #expect(try pendings.read("orders") == nil)
    try scratch.write(".zigttp/pending/broken", Array("garbage".utf8))
    #expect(throws: StoreError.self) { _ = try pendings.read("broken") }
  }

  // MARK: Sessions

  private static func session(
    expiring seconds: Int64?, _ change: (inout DeploySession) -> Void = { _ in }
  ) -> DeploySession {
    var session = DeploySession(
      sessionID: "session_1", provider: "p", registryHost: "registry.test", namespace: "team",
      registryUsername: "u", registryPassword: "p", scopeID: "team", planID: "small",
      region: "eu", expiresAt: seconds)
    change(&session)
    return session
  }

  private func keeper(
    _ session: DeploySession, answered answer: Reply,
    _ body: (inout SessionKeeper, RawServer) throws -> Void
  ) throws {
    let server = try RawServer { _ in answer }
    defer { server.stop() }
    let client = ControlPlaneClient(
      try ControlPlaneAddress("http://\(server.host)"), TokenSource("token"),
      over: NetworkTransport())
    let request = SessionRequest(
      projectName: "orders", region: "eu", contract: Contract(handlerPath: "handler.ts"))
    var keeper = SessionKeeper(session, for: request, of: client) { 1_000_000_000 }
    try body(&keeper, server)
  }

  @Test(arguments: [(nil, 0), (1_000_121, 0), (1_000_119, 1), (999_000, 1)] as [(Int64?, Int)])
  func oneThatEndsSoonIsAskedForAgain(_ seconds: Int64?, _ calls: Int) throws {
    let next = Self.session(expiring: 1_000_900) { $0.sessionID = "session_2" }
    try keeper(
      Self.session(expiring: seconds), answered: .answer(200, [:], next.json.minifiedBytes)
    ) { keeper, server in
      let required = try keeper.renew()
      #expect(required == nil)
      #expect(server.requests.count == calls)
      #expect(keeper.session.sessionID == (calls == 0 ? "session_1" : "session_2"))
      let again = try keeper.renew()
      #expect(again == nil)
      #expect(server.requests.count == calls)
    }
  }

  @Test func anotherRegistryIsRefused() throws {
    let changes: [(inout DeploySession) -> Void] = [
      { $0.registryHost = "other.test" }, { $0.namespace = "other" }, { $0.scopeID = "other" },
      { $0.planID = "large" }, { $0.region = "us" },
    ]
    for change in changes {
      let next = Self.session(expiring: 2_000_000, change)
      try keeper(Self.session(expiring: 0), answered: .answer(200, [:], next.json.minifiedBytes)) {
        keeper, _ in
        let error = failure(ControlPlaneClientError.self) { _ = try keeper.renew() }
        #expect(error?.code == .malformed)
      }
    }
  }

  @Test func anApprovalThatIsOverIsAskedForAgain() throws {
    let required = PlanRequired(
      planID: "plan_1", reviewURL: nil, baselineSha: nil, proposedSha: nil, expiresAt: nil,
      reasons: [.newWriteEffect], coverage: GrantCoverage(covered: [], uncovered: [.newWriteEffect])
    )
    try keeper(
      Self.session(expiring: 0), answered: .answer(202, [:], required.json.minifiedBytes)
    ) { keeper, _ in
      let found = try keeper.renew()
      #expect(found == required)
    }
  }

  // MARK: Waiting

  @Test func waitingEndsWithTheTime() throws {
    let server = try RawServer { _ in
      .answer(200, [:], DeploymentStatus(status: .pending, message: "pulling").json.minifiedBytes)
    }
    defer { server.stop() }
    let slept = Mutex<Duration>(.zero)
    let clock = RegistryClock(
      now: { slept.withLock { $0 } }, seconds: { 0 },
      sleep: { time in slept.withLock { $0 += time } })
    let reader = ControlPlaneReader(
      try ControlPlaneAddress("http://\(server.host)"), TokenSource("token"),
      over: NetworkTransport(), clock: clock)
    let outcome = try DeploymentWait("dep_1", through: reader, clock: clock).run(
      limit: .seconds(120))
    #expect(outcome == .timedOut(message: "pulling"))
    #expect(slept.withLock { $0 } == .seconds(120))
    #expect(server.requests.count < 80)
  }
}
