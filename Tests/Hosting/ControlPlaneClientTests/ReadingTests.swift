import ControlPlaneAPI
import RegistryTesting
import Synchronization
import Testing

@testable import ControlPlaneClient

/// What only reads: pages, output line by line, and that it cannot do anything else.
@Suite struct ReadingTests {
  @Test func everythingAReaderAsksIsAGet() throws {
    let plane = try ScriptedPlane { _ in .answer(404) }
    let reader = try plane.client().reader
    #expect(try reader.service("orders") == nil)
    _ = failure(of: { try reader.deployment("d") })
    _ = failure(of: { try reader.plan("p") })
    _ = failure(of: { try reader.grants() })
    _ = failure(of: { try reader.grants(of: "orders") })
    _ = failure(of: { try reader.services(limit: 1) })
    _ = failure(of: { try reader.deployments(of: "orders", limit: 1) })
    _ = failure(of: { try reader.logs(of: "orders", follow: false) { _ in } })
    #expect(plane.server.log.count == 8)
    #expect(plane.server.log.allSatisfy { $0.hasPrefix("GET ") })
  }

  @Test func pagesFollowEachOther() throws {
    @Sendable func entry(_ name: String) -> ServiceEntry {
      ServiceEntry(name: name, service: live)
    }
    let plane = try ScriptedPlane { request in
      switch request.query("from").first {
      case nil: .json(200, Page(entries: [entry("a"), entry("b")], next: "2"))
      case "2": .json(200, Page(entries: [entry("c")], next: "3"))
      default: .json(200, Page(entries: [entry("d")]))
      }
    }
    let reader = try plane.client().reader
    let all = try reader.services(limit: 100)
    #expect(all.entries.map(\.name) == ["a", "b", "c", "d"])
    #expect(!all.isCut)
    let some = try reader.services(limit: 3)
    #expect(some.entries.map(\.name) == ["a", "b", "c"])
    #expect(some.isCut)
    let one = try reader.services(limit: 1)
    #expect(one.entries.count == 1 && one.isCut)
  }

  @Test func outputComesLineByLine() throws {
    let plane = try ScriptedPlane { _ in
      .answer(200, [:], Array("one\ntwo\n\nlast without an end".utf8))
    }
    let lines = Mutex<[String]>([])
    try plane.client().reader.logs(of: "orders", follow: true) { line in
      lines.withLock { $0.append(line) }
    }
    #expect(lines.withLock { $0 } == ["one", "two", "", "last without an end"])
    #expect(plane.server.requests.first?.query("follow") == ["1"])
  }

  @Test func aLineThatDoesNotEndIsCut() {
    var lines = LogLines(limit: 4)
    #expect(lines.add("abcdefgh\nij".utf8) == ["abcd", "efgh"])
    #expect(lines.rest == "ij")
    #expect(lines.add("\n\n".utf8) == ["ij", ""])
  }

  @Test func whoeverTakesNoMoreEndsIt() throws {
    struct Enough: Error {}
    let plane = try ScriptedPlane { _ in .endless(200) }
    let reader = try plane.client { $0.lineLimit = 100 }.reader
    #expect(throws: Enough.self) {
      try reader.logs(of: "orders", follow: true) { _ in throw Enough() }
    }
  }
}
