import Contracts
import ControlPlaneAPI
import Digests
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

struct ConcurrencyTests {
  /// Runs bodies at once and waits for all.
  private static func atOnce(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Void
  ) throws {
    let failures = Mutex<[String]>([])
    let group = DispatchGroup()
    for number in 0..<count {
      group.enter()
      Thread.detachNewThread {
        do { try body(number) } catch { failures.withLock { $0.append("\(error)") } }
        group.leave()
      }
    }
    group.wait()
    #expect(failures.withLock { $0 } == [])
  }

  /// Reference: issue of hosted deploys: one is accepted, the others get 409.
  @Test func ofManyForOneGenerationOneIsAccepted() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      try test.deploy(first, token)
      let image = TestPlane.reference(TestPlane.image(first))
      let statuses = Mutex<[Int]>([])
      try Self.atOnce(12) { _ in
        let session = try test.session(first, token)
        let reply = try test.put(session, image, token, generation: 1)
        statuses.withLock { $0.append(reply.status) }
      }
      let counts = Dictionary(grouping: statuses.withLock { $0 }) { $0 }.mapValues(\.count)
      #expect(counts == [202: 1, 409: 11])
      #expect(try test.live(token).generation == 2)
    }
  }

  @Test func aSessionThatIsUsedTwiceAtOnceDeploysOnce() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      test.inspection.knows(TestPlane.image(first), as: first)
      let session = try test.session(first, token)
      let image = TestPlane.reference(TestPlane.image(first))
      let answers = Mutex<Set<String>>([])
      try Self.atOnce(8) { _ in
        let reply = try test.put(session, image, token)
        #expect(reply.status == 202)
        answers.withLock { _ = $0.insert(reply.text) }
      }
      #expect(answers.withLock { $0.count } == 1)
      #expect(try test.live(token).generation == 1)
    }
  }

  @Test func anApprovalIsUsedOnceByManyAtOnce() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let (first, second) = (contract(reading: "A"), contract(reading: "A", "B"))
      try test.deploy(first, token)
      let required = try PlanRequired(answer: test.openSession(second, token).body)
      _ = try test.ask(
        "POST", .approvePlan(required.planID), token, PlanApproval(mode: .once).json)
      test.inspection.knows(TestPlane.image(second), as: second)
      let image = TestPlane.reference(TestPlane.image(second))
      let sessions = try (0..<8).map { _ in try test.session(second, token) }
      let statuses = Mutex<[Int]>([])
      try Self.atOnce(8) { number in
        let reply = try test.put(sessions[number], image, token, generation: 1)
        statuses.withLock { $0.append(reply.status) }
      }
      #expect(statuses.withLock { $0.filter { $0 == 202 }.count } == 1)
      #expect(statuses.withLock { $0.filter { $0 == 409 }.count } == 7)
      #expect(
        try test.auditRows().filter {
          $0["plan"]?.stringValue == required.planID
            && $0["action"] == "deploy.accepted"
        }.count == 1)
    }
  }

  /// Reference: issue of hosted deploys: 50 deploys of 10 services at once; the services are what
  /// their last accepted deploy says, and the audit log tells the same story.
  @Test func fiftyDeploysOfTenServices() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      test.inspection.knows(TestPlane.image(first), as: first)
      let accepted = Mutex<[String: [Int64]]>([:])
      try Self.atOnce(50) { number in
        let project = "service-\(number % 10)"
        let image = TestPlane.reference(TestPlane.image(first), project: project)
        while true {
          let seen = try test.ask("GET", .service(project), token)
          let generation =
            seen.status == 404 ? nil : try LiveService(answer: seen.body).generation
          let session = try test.session(first, token, project: project)
          let reply = try test.put(
            session, image, token, project: project, env: ["NUMBER": "\(number)"],
            generation: generation)
          if reply.status == 409 { continue }
          try #require(reply.status == 202, "\(reply.text)")
          let answer = try DeployAccepted(answer: reply.body)
          accepted.withLock { $0[project, default: []].append(answer.generation) }
          return
        }
      }
      let told = accepted.withLock { $0 }
      #expect(told.count == 10)
      let rows = try test.auditRows().filter { $0["action"] == "deploy.accepted" }
      #expect(rows.count == 50)
      for (project, generations) in told {
        #expect(generations.sorted() == [1, 2, 3, 4, 5])
        let live = try test.live(token, project: project)
        #expect(live.generation == 5)
        let logged = rows.filter { $0["serviceName"]?.stringValue == project }
        #expect(logged.compactMap { $0["generation"]?.integerValue } == [1, 2, 3, 4, 5])
        let last = try #require(logged.last?["subject"]?.stringValue)
        #expect(try test.ended(last, token).status == .running)
        let order = test.provider.orders.last { $0.service == project }
        #expect(order?.generation == 5)
      }
    }
  }

  @Test func ofDeploymentsThatWaitTheNewestIsDone() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      test.provider.hold(true)
      var ids = [try test.deploy(contract(), token).deploymentID]
      while test.provider.orders.isEmpty { Thread.sleep(forTimeInterval: 0.005) }
      for generation: Int64 in 1...3 {
        ids.append(try test.deploy(contract(), token, generation: generation).deploymentID)
      }
      test.provider.hold(false)
      let ends = try ids.map { try test.ended($0, token) }
      #expect(ends.map(\.status) == [.running, .failed, .failed, .running])
      #expect(ends[1].message == "a newer deployment took its place")
      #expect(test.provider.orders.map(\.generation) == [1, 4])
    }
  }
}
