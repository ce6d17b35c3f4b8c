import Foundation
import TestSupport
import Testing

@testable import ControlPlane
@testable import ProcessProvider

/// Processes that end, hang, print without end or do not want to go, and a supervisor that is killed.
@Suite(.enabled(if: ForeignPrograms.isExpected("perl"), "perl is not installed"))
struct SupervisionTests {
  @Test func whatEndsByItselfIsStartedAgain() async throws {
    try await Ground.with { ground, provider in
      #expect(await provider.deploy(try ground.order()).state == .running)
      let first = try ground.ask(provider, "/pid").text
      // The answer is the end of its process.
      #expect(try ground.ask(provider, "/exit").status == 502)
      // Whoever asks meanwhile is held back, not refused.
      let reply = try ground.ask(provider, "/pid")
      #expect(reply.status == 200 && reply.text != first)
      #expect(try await provider.observe("odd")?.state == .running)
    }
  }

  @Test func aCrashLoopIsAFailureThatShowsItsLastLines() async throws {
    try await Ground.with { ground, provider in
      #expect(await provider.deploy(try ground.order()).state == .running)
      try await Ground.eventually("it has failed") {
        _ = try ground.ask(provider, "/exit")
        return try await provider.observe("odd")?.state == .failed
      }
      let message = try await provider.observe("odd")?.message ?? ""
      #expect(message.contains("exit code 9"), "\(message)")
      #expect(message.contains("asked to end"), "\(message)")
      // A version that works ends it.
      let next = try ground.order(generation: 2, version: "2")
      #expect(await provider.deploy(next).state == .running)
      #expect(try await provider.observe("odd")?.state == .running)
      #expect(try ground.ask(provider, "/version").text == "2")
    }
  }

  @Test func whatNeverAnswersIsGivenUp() async throws {
    try await Ground.with("--start-timeout", "1") { ground, provider in
      #expect(await provider.deploy(try ground.order()).state == .running)
      let outcome = await provider.deploy(
        try ground.order(generation: 2, version: "2", mode: "hang"))
      #expect(outcome.state == .failed)
      #expect(outcome.message?.contains("did not answer its health check within 1 s") == true)
      #expect(try ground.ask(provider, "/version").text == "1")
      try await Ground.eventually("the one that hung is gone") {
        try ground.processes().count == 1
      }
    }
  }

  /// Whoever answers with another digest is not the program that was started.
  @Test func aStrangerIsNotTheService() async throws {
    try await Ground.with("--start-timeout", "1") { ground, provider in
      let outcome = await provider.deploy(
        try ground.order(env: ["APP": "sha256:\(String(repeating: "0", count: 64))"]))
      #expect(outcome.state == .failed)
    }
  }

  @Test func whatIgnoresSIGTERMIsEnded() async throws {
    try await Ground.with("--stop-timeout", "1") { ground, provider in
      #expect(await provider.deploy(try ground.order(mode: "deaf")).state == .running)
      let first = try #require(pid_t(try ground.ask(provider, "/pid").text))
      let next = try ground.order(generation: 2, version: "2", mode: "deaf")
      #expect(await provider.deploy(next).state == .running)
      try await Ground.eventually("the first has ended") { !Ground.runs(first) }
      let second = try #require(pid_t(try ground.ask(provider, "/pid").text))
      try await ProcessProvider.stop(ground.folder, services: true)
      #expect(!Ground.runs(second))
    }
  }

  @Test func aFloodOfLinesHoldsNobodyUp() async throws {
    try await Ground.with { ground, provider in
      #expect(await provider.deploy(try ground.order("loud", mode: "flood")).state == .running)
      #expect(await provider.deploy(try ground.order("quiet", version: "q")).state == .running)
      var followed = 0
      for await _ in try await provider.logs(of: "loud", follow: true) {
        followed += 1
        if followed == 3000 { break }
      }
      #expect(try ground.ask(provider, of: "quiet", "/version").text == "q")
      #expect(try await provider.observe("loud")?.state == .running)
      let memory =
        try text(of: "/proc/\(try await ground.supervisor())/status")
        .split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
      let kilobytes = Int(memory.filter(\.isNumber)) ?? .max
      #expect(kilobytes < 200_000, "\(memory)")
    }
  }

  @Test func aSupervisorThatIsKilledIsFollowedByOneThatGoesOn() async throws {
    try await Ground.with { ground, provider in
      #expect(await provider.deploy(try ground.order()).state == .running)
      let process = try ground.ask(provider, "/pid").text
      kill(try await ground.supervisor(), SIGKILL)
      // Nobody supervises, and everything goes on.
      #expect(try ground.ask(provider, "/pid").text == process)
      let next = try await ground.provider()
      #expect(next.url(of: "odd") == provider.url(of: "odd"))
      #expect(try await next.observe("odd")?.state == .running)
      #expect(try ground.ask(next, "/pid").text == process)
      // What it prints is read again, and what ends is started again.
      _ = try ground.ask(next, "/say")
      try await Ground.eventually("its lines are read") {
        var lines: [String] = []
        for await line in try await next.logs(of: "odd", follow: false) { lines.append(line) }
        return lines.contains("said 1")
      }
      kill(try #require(pid_t(process)), SIGKILL)
      try await Ground.eventually("it is back") {
        let reply = try ground.ask(next, "/pid")
        return reply.status == 200 && reply.text != process
      }
    }
  }

  /// The machine was started again: nothing runs, and everything comes back with its environment.
  @Test func servicesComeBackWhereNothingIsLeft() async throws {
    try await Ground.with { ground, provider in
      let order = try ground.order(env: ["WORD": "a=b\nc \u{1F600}"])
      #expect(await provider.deploy(order).state == .running)
      let supervisor = try await ground.supervisor()
      let ingress = try fileNames(in: ground.folder.routesFolder)
        .compactMap { pid_t($0.drop { !$0.isNumber }) }
      for process in [supervisor] + ingress + (try ground.processes()) { kill(process, SIGKILL) }
      let next = try await ground.provider()
      try await Ground.eventually("it is back") {
        let reply = try ground.ask(next, "/env")
        return reply.status == 200 && reply.text.contains("WORD=a=b\nc \u{1F600}")
      }
      // The same order is no new one.
      #expect(await next.deploy(order).state == .running)
    }
  }

  /// One that was killed between a start and the note of it.
  @Test func whatNobodyWroteDownIsEnded() async throws {
    try await Ground.with { ground, provider in
      #expect(await provider.deploy(try ground.order()).state == .running)
      #expect(await provider.deploy(try ground.order("lost")).state == .running)
      let (known, lost) = try (
        ground.ask(provider, "/pid").text, ground.ask(provider, of: "lost", "/pid").text
      )
      kill(try await ground.supervisor(), SIGKILL)
      try FileManager.default.removeItem(atPath: ground.folder.state(of: "lost"))
      let next = try await ground.provider()
      try await Ground.eventually("it is gone") { !Ground.runs(try #require(pid_t(lost))) }
      #expect(try ground.ask(next, "/pid").text == known)
      #expect(try await next.observe("lost") == nil)
      #expect(try ground.ask(next, of: "lost", "/pid").status == 404)
    }
  }

  @Test func aSupervisorThatLeavesLeavesItsServices() async throws {
    try await Ground.with { ground, provider in
      #expect(await provider.deploy(try ground.order()).state == .running)
      let process = try ground.ask(provider, "/pid").text
      #expect(try await ProcessProvider.stop(ground.folder, services: false))
      #expect(try await !ProcessProvider.stop(ground.folder, services: false))
      #expect(try ground.ask(provider, "/pid").text == process)
      // Whoever asks next starts one.
      #expect(try await provider.observe("odd")?.state == .running)
    }
  }

  @Test func theNewestOfManyChangesCounts() async throws {
    try await Ground.with { ground, provider in
      let orders = try (1...6).map {
        try ground.order(generation: Int64($0), version: "\($0)")
      }
      let outcomes = await withTaskGroup(of: (Int64, ServiceObservation).self) { group in
        for order in orders { group.addTask { (order.generation, await provider.deploy(order)) } }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      #expect(outcomes[6]?.state == .running)
      for outcome in outcomes.values where outcome.state == .failed {
        #expect(outcome.message == "a newer deployment took its place")
      }
      #expect(try ground.ask(provider, "/version").text == "6")
      try await Ground.eventually("one process is left") { try ground.processes().count == 1 }
    }
  }
}
