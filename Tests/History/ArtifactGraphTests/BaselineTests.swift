import ArtifactGraph
import Contracts
import Foundation
import Ledger
import Testing

@Suite struct BaselineTests {
  private func events(_ rows: [LedgerRow]) throws -> [GraphEvent] {
    let store = try TemporaryStore()
    try store.append(rows)
    return try store.graph().events().reversed()
  }

  @Test func deploysAreComparedWithDeploysOfTheSameServiceAndTarget() throws {
    let events = try events([
      row(1, env: ["A"]), row(2, service: "pay", env: ["P"]),
      row(3, target: "https://cp x", env: []),
      row(4, .check, env: ["Z"]), row(5, .swap, env: ["Y"]), row(6, env: ["A", "B"]),
      row(7, target: "https://cp x", env: ["A"]), row(8, env: ["A", "B"]), row(9, env: ["B"]),
      row(10, target: nil, env: []), row(11, target: nil, env: ["A"]),
    ])
    #expect(
      events.map(\.baseline) == [nil, nil, nil, 1, 3, 1, 3, 6, 8, nil, 10])
    #expect(
      events.map(\.verdict?.rawValue) == [
        "safe", "safe", "safe", "breaking", "safe_with_additions", "safe_with_additions",
        "safe_with_additions", "safe", "breaking", "safe", "safe_with_additions",
      ])
  }

  @Test func swapsAreComparedWithTheSwapBeforeAndChecksWithAnyDeploy() throws {
    let events = try events([
      row(1, .swap, target: nil, env: ["A"]), row(2, target: "local", env: ["A"]),
      row(3, .swap, target: nil, env: ["A", "B"]), row(4, .swap, target: nil, env: ["B"]),
      row(5, .check, target: nil, env: ["A"]), row(6, .check, target: "elsewhere", env: ["A"]),
      row(7, target: "local", env: ["C"]), row(8, .swap, target: nil, env: ["C"]),
    ])
    #expect(events.map(\.baseline) == [nil, nil, 2, 3, 2, nil, 2, 7])
  }

  @Test func rowsWithoutAServiceAreToldApartByTheirHandler() throws {
    let events = try events([
      row(1, service: nil, path: "/a/handler.ts"), row(2, service: nil, path: "/b/handler.ts"),
      row(3, service: nil, env: ["X"], path: "/a/handler.ts"), row(4, path: "/a/handler.ts"),
    ])
    #expect(events.map(\.baseline) == [nil, nil, 1, nil])
  }

  @Test func otherKindsAreComparedWithNothing() throws {
    let events = try events([
      row(1), row(2, .perf), row(3, .equivalence), row(4, .other("moon")), row(5),
    ])
    #expect(events.map(\.verdict) == [.safe, nil, nil, nil, .safe])
    #expect(events.map(\.baseline) == [nil, nil, nil, nil, 1])
  }

  @Test func aQuestionBeforeTheRowIsWrittenGetsTheSameAnswer() throws {
    let store = try TemporaryStore()
    try store.append([row(1, env: ["A"]), row(2, target: "other", env: ["B"])])
    let graph = try store.graph()
    func baseline(_ kind: LedgerRow.Kind, _ target: String?, before: Int = .max) throws -> Int? {
      try graph.baseline(
        for: BaselineQuery(kind: kind, service: "orders", handlerPath: "", target: target),
        before: before)?.line
    }
    #expect(try baseline(.deploy, "local") == 1)
    #expect(try baseline(.deploy, "other") == 2)
    #expect(try baseline(.deploy, "moon") == nil)
    #expect(try baseline(.check, nil) == 2)
    #expect(try baseline(.check, nil, before: 2) == 1)
    #expect(try baseline(.swap, nil) == 2)
    #expect(try baseline(.perf, "local") == nil)
  }

  // A name that no row has is not the same as none.
  @Test func anUnknownNameHasNoBaseline() throws {
    let store = try TemporaryStore()
    try store.append([row(1, service: nil, target: nil), row(2, service: "a"), row(3)])
    let graph = try store.graph()
    func baseline(_ service: String?, _ path: String, _ target: String?) throws -> Int? {
      let wanted = BaselineQuery(
        kind: .deploy, service: service, handlerPath: path, target: target)
      let (now, before) = (
        try graph.baseline(for: wanted), try graph.baseline(for: wanted, before: 9)
      )
      #expect(now?.line == before?.line)
      return before?.line
    }
    #expect(try baseline(nil, "handler.ts", nil) == 1)
    #expect(try baseline("a", "", "local") == 2)
    #expect(try baseline("nobody", "handler.ts", nil) == nil)
    #expect(try baseline("a", "", "nowhere") == nil)
    #expect(try baseline(nil, "other.ts", nil) == nil)
    #expect(try graph.events(EventQuery(service: "nobody")).isEmpty)
    #expect(try graph.blame(SurfaceItem(section: .env, item: "A"), service: "nobody").isEmpty)
  }

  @Test func theStoredDeltaIsTheComputedOne() throws {
    let store = try TemporaryStore()
    var old = row(1, env: ["A", "B"])
    old.facts.proofLevel = .partial
    old.facts.routes = [Route(pattern: "GET /a/", isPrefix: true)]
    var new = row(2, env: ["B", "C"])
    new.facts.dynamic = [.egress]
    try store.append([old, new, new])
    let graph = try store.graph()
    #expect(try graph.delta(line: 1) == nil)
    let delta = try #require(try graph.delta(line: 2))
    #expect(delta == Delta.between(old.facts, new.facts))
    #expect(delta.changes.count == 5)
    #expect(try graph.delta(line: 3) == Delta(changes: []))
    #expect(try graph.event(line: 2)?.verdict == .breaking)
    #expect(
      try store.view("deltas")[0].hasPrefix(
        "line=2 service=\"orders\" baseline=1 section=\"proof\""))
  }

  @Test func theViewsSayWhatTheQueriesSay() throws {
    let store = try TemporaryStore()
    let (record, image) = try store.deploy("one")
    try store.append([
      row(1_700_000_000_999, env: ["A"], sha: "ab", record: record),
      row(1_700_000_060_000, service: "pay", env: ["P"], sha: "cd"),
      row(1_700_000_120_000, env: ["A"], sha: "ef"),
    ])
    _ = try store.graph()
    let events = try store.view("events")
    #expect(
      events[0]
        == "line=1 time=\"2023-11-14T22:13:20Z\" kind=\"deploy\" service=\"orders\" "
        + "handler=\"handler.ts\" target=\"local\" contract=\"ab\" proof=\"complete\" "
        + "verdict=\"safe\" baseline=NULL record=\"\(record)\" image=\"\(image)\" "
        + "sources=NULL prover=NULL binary=NULL reproven=0")
    #expect(events[2].contains("baseline=1 record=NULL image=NULL"))
    let services = try store.view("services ORDER BY service")
    #expect(services.count == 2)
    #expect(services[0].hasPrefix("service=\"orders\" target=\"local\" line=3"))
    let surface = try store.view("surface WHERE section = 'env' ORDER BY line")
    #expect(surface.map { $0.suffix(8) } == ["item=\"A\"", "item=\"P\"", "item=\"A\""])
  }

  @Test func listsByLimitServiceAndKind() throws {
    let store = try TemporaryStore()
    try store.append([
      row(1), row(2, service: "pay"), row(3, .check), row(4, .perf), row(5, service: "pay"),
    ])
    let graph = try store.graph()
    #expect(try graph.events().map(\.line) == [5, 4, 3, 2, 1])
    #expect(try graph.events(EventQuery(limit: 2)).map(\.line) == [5, 4])
    #expect(try graph.events(EventQuery(limit: 0)).isEmpty)
    #expect(try graph.events(EventQuery(service: "orders")).map(\.line) == [4, 3, 1])
    #expect(try graph.events(EventQuery(limit: 1, service: "pay")).map(\.line) == [5])
    #expect(try graph.events(EventQuery(kinds: [.deploy])).map(\.line) == [5, 2, 1])
    #expect(try graph.events(EventQuery(kinds: [.perf, .check])).map(\.line) == [4, 3])
    #expect(try graph.events(EventQuery(kinds: [])).isEmpty)
    #expect(try graph.services().map(\.line) == [1, 5])
    #expect(try graph.event(line: 9) == nil)
  }
}
