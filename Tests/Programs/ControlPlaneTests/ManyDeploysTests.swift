import ControlPlaneAPI
import Dispatch
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

/// Many clients at one server.
@Suite struct ManyDeploysTests {
  private static let services = 10
  private static let clients = 50

  /// Each deploy ends in one of the two ways that there are; what the audit log tells is what
  /// happened.
  @Test func fiftyDeploysOfTenServices() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let handlers = try (0..<Self.services).map {
      try DeployedHandler(Samples.hello, service: "service-\($0)")
    }
    let outcomes = Mutex<[String: [Int]]>([:])
    let problems = Mutex<[String]>([])
    // Nobody starts it again meanwhile.
    nonisolated(unsafe) let shared = plane
    DispatchQueue.concurrentPerform(iterations: Self.clients) { number in
      let handler = handlers[number % Self.services]
      do {
        let status = try Self.deploy(handler, shared, token)
        outcomes.withLock { $0[handler.service, default: []].append(status) }
      } catch {
        problems.withLock { $0.append("\(error)") }
      }
    }
    #expect(problems.withLock { $0 } == [])
    let rows = try plane.auditRows()
    for handler in handlers {
      let statuses = outcomes.withLock { $0[handler.service] ?? [] }
      #expect(statuses.count == Self.clients / Self.services)
      #expect(Set(statuses).isSubset(of: [202, 409]), "\(statuses)")
      let accepted = statuses.filter { $0 == 202 }.count
      #expect(accepted >= 1)
      let reply = try plane.ask("GET", "/v1/services/\(handler.service)", token)
      let live = try LiveService(answer: reply.body)
      #expect(live.generation == Int64(accepted))
      let told = rows.filter {
        $0["action"]?.stringValue == "deploy.accepted"
          && $0["serviceName"]?.stringValue == handler.service
      }.compactMap { $0["generation"]?.integerValue }
      #expect(told == Array(1...live.generation))
    }
    let verified = try plane.verifyAudit()
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  private static func deploy(
    _ handler: DeployedHandler, _ plane: ControlPlaneProcess, _ token: String
  ) throws -> Int {
    let path = "/v1/services/\(handler.service)"
    let live = try? LiveService(answer: try plane.ask("GET", path, token).body)
    let session = try plane.session(handler, token)
    let pushed = try handler.push(to: session)
    try #require(pushed.status == 0, "\(pushed.errors)")
    return try plane.put(
      session, handler.service, handler.image, token, generation: live?.generation
    ).status
  }
}
