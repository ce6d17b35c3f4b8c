import ControlPlaneAPI
import Encodings
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

/// Where a provider is put to the test: gives providers, and orders that the provider can run.
protocol ConformanceGround: Sendable {
  /// A provider as a server that starts has it: the next one finds what the one before left.
  func start() async throws -> any Provider
  /// An order for a service that answers `/version` with `version`, prints `starting VERSION` when it
  /// starts, `said VERSION` whenever `/say` is asked for, and answers `/slow` after a second.
  ///
  /// - Parameter comesUp: whether it ever answers its health check; if not, it prints `no luck today`.
  func order(
    _ service: String, generation: Int64, version: String, comesUp: Bool
  ) throws -> DeploymentOrder
  /// Asks a service at the URL that its provider gives.
  func get(_ url: String, _ path: String) throws -> TestClient.Reply
}

/// What whoever deploys may rely on, whatever it is that runs services. Every provider has to pass.
struct ProviderConformance {
  let ground: any ConformanceGround

  /// All of it, one after the other, in the order in which it is easiest to understand.
  func check() async throws {
    try await runsWhatWasOrdered()
    try await answersTheSameOrderTheSame()
    try await keepsTheOldVersionWhereTheNewOneFails()
    try await losesNoRequestWhileVersionsChange()
    try await refusesWhatIsOlder()
    try await outlivesTheServer()
    try await tellsWhatServicesPrint()
    try await keepsServicesApart()
  }

  private func deployed(
    _ provider: any Provider, _ service: String, _ generation: Int64, _ version: String,
    comesUp: Bool = true
  ) async throws -> (order: DeploymentOrder, outcome: ServiceObservation) {
    let order = try ground.order(
      service, generation: generation, version: version, comesUp: comesUp)
    return (order, await provider.deploy(order))
  }

  private func version(_ provider: any Provider, _ service: String) throws -> String {
    try ground.get(try #require(provider.url(of: service)), "/version").text
  }

  private func runsWhatWasOrdered() async throws {
    let provider = try await ground.start()
    #expect(!provider.name.isEmpty && !provider.defaultSize.isEmpty)
    #expect(try await provider.observe("first") == nil)
    let (order, outcome) = try await deployed(provider, "first", 1, "one")
    #expect(outcome.state == .running, "\(outcome.message ?? "")")
    #expect(outcome.image == order.image)
    #expect(outcome.url == provider.url(of: "first"))
    let seen = try #require(try await provider.observe("first"))
    #expect(seen.state == .running && seen.image == order.image)
    // It answers as soon as it is said to run.
    #expect(try version(provider, "first") == "one")
  }

  private func answersTheSameOrderTheSame() async throws {
    let provider = try await ground.start()
    let order = try ground.order("again", generation: 1, version: "one", comesUp: true)
    async let first = provider.deploy(order)
    async let second = provider.deploy(order)
    #expect(await [first.state, second.state] == [.running, .running])
    #expect(await provider.deploy(order).state == .running)
    let lines = try await Self.lines(provider.logs(of: "again", follow: false))
    #expect(lines.filter { $0 == "starting one" }.count == 1)
  }

  private func keepsTheOldVersionWhereTheNewOneFails() async throws {
    let provider = try await ground.start()
    let (good, _) = try await deployed(provider, "first", 2, "two")
    let (_, outcome) = try await deployed(provider, "first", 3, "three", comesUp: false)
    #expect(outcome.state == .failed)
    #expect(outcome.message?.contains("no luck today") == true, "\(outcome.message ?? "")")
    #expect(try version(provider, "first") == "two")
    let seen = try #require(try await provider.observe("first"))
    #expect(seen.state == .running && seen.image == good.image)
    // One that never ran has nothing to keep.
    let (_, new) = try await deployed(provider, "never", 1, "one", comesUp: false)
    #expect(new.state == .failed)
    #expect(try await provider.observe("never")?.state == .failed)
  }

  private func losesNoRequestWhileVersionsChange() async throws {
    let provider = try await ground.start()
    _ = try await deployed(provider, "busy", 1, "1")
    let url = try #require(provider.url(of: "busy"))
    let (tally, ground) = (Tally(), ground)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for path in ["/version", "/version", "/slow"] {
        group.addTask {
          while !tally.isOver {
            do { tally.note(try ground.get(url, path)) } catch { tally.fail("\(error)") }
            await Task.yield()
          }
        }
      }
      for generation in 2...6 as ClosedRange<Int64> {
        let (_, outcome) = try await deployed(provider, "busy", generation, "\(generation)")
        #expect(outcome.state == .running)
        #expect(try version(provider, "busy") == "\(generation)")
      }
      tally.end()
      try await group.waitForAll()
    }
    #expect(tally.failures == [])
    #expect(tally.answers.isSuperset(of: ["1", "6"]))
  }

  /// What clients got while versions changed.
  private final class Tally: Sendable {
    private let state = Mutex((isOver: false, answers: Set<String>(), failures: [String]()))

    var isOver: Bool { state.withLock { $0.isOver } }
    var answers: Set<String> { state.withLock { $0.answers } }
    var failures: [String] { state.withLock { $0.failures } }

    func end() { state.withLock { $0.isOver = true } }
    func fail(_ text: String) { state.withLock { $0.failures.append(text) } }
    func note(_ reply: TestClient.Reply) {
      guard reply.status == 200 else { return fail("\(reply.status) \(reply.text)") }
      state.withLock { _ = $0.answers.insert(reply.text) }
    }
  }

  private func refusesWhatIsOlder() async throws {
    let provider = try await ground.start()
    let (_, outcome) = try await deployed(provider, "busy", 2, "old")
    #expect(outcome.state == .failed)
    #expect(try version(provider, "busy") == "6")
  }

  private func outlivesTheServer() async throws {
    let before = try await ground.start()
    let (order, _) = try await deployed(before, "first", 4, "four")
    let after = try await ground.start()
    #expect(try await after.observe("first")?.image == order.image)
    #expect(try version(after, "first") == "four")
    // What the server before left undone, the next one orders again.
    #expect(await after.deploy(order).state == .running)
    let lines = try await Self.lines(after.logs(of: "first", follow: false))
    #expect(lines.filter { $0 == "starting four" }.count == 1)
  }

  private func tellsWhatServicesPrint() async throws {
    let provider = try await ground.start()
    let url = try #require(provider.url(of: "first"))
    let coming = try await provider.logs(of: "first", follow: true)
    _ = try ground.get(url, "/say")
    var found = false
    for await line in coming where line == "said four" {
      found = true
      break
    }
    #expect(found)
    let lines = try await Self.lines(provider.logs(of: "first", follow: false))
    #expect(lines.contains("starting one") && lines.contains("said four"))
    #expect(try await Self.lines(provider.logs(of: "unknown", follow: false)) == [])
  }

  private func keepsServicesApart() async throws {
    let provider = try await ground.start()
    let all = (1...5).map { "many-\($0)" }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for name in all {
        group.addTask {
          let (_, outcome) = try await deployed(provider, name, 1, name)
          #expect(outcome.state == .running, "\(outcome.message ?? "")")
        }
      }
      try await group.waitForAll()
    }
    for name in all { #expect(try version(provider, name) == name) }
  }

  private static func lines(_ stream: AsyncStream<String>) async -> [String] {
    var lines: [String] = []
    for await line in stream { lines.append(line) }
    return lines
  }
}
