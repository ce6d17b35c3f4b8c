import ArtifactGraph
import Digests
import Foundation
import Ledger
import Testing

@Suite struct RefTests {
  private static let day: Int64 = 86_400_000

  private let store: TemporaryStore
  private let graph: ArtifactGraph

  init() throws {
    store = try TemporaryStore()
    // 2024-02-28, -29 and 2024-03-01, each at noon UTC.
    let noon: Int64 = 1_709_121_600_000
    try store.append([
      row(noon, sha: "aaaa1111"), row(noon + Self.day, service: "pay", sha: "bbbb1111"),
      row(noon + Self.day, .perf, sha: "cccc1111"),
      row(noon + 2 * Self.day, .check, sha: "aaaa2222"),
      row(noon + 2 * Self.day, service: "abcdef", sha: "aaaa1111"),
    ])
    graph = try store.graph()
  }

  private func line(_ ref: String) -> Int? { line(graph, ref) }

  private func line(_ graph: ArtifactGraph, _ ref: String) -> Int? {
    (try? graph.resolve(ref))?.line
  }

  @Test func headCountsProofsOfAllServices() throws {
    #expect(["HEAD", "HEAD~0", "HEAD~1", "HEAD~2", "HEAD~3"].map { line($0) } == [5, 5, 4, 2, 1])
    #expect(throws: GraphError.unknownRef("HEAD~4")) { try graph.resolve("HEAD~4") }
    let empty = try TemporaryStore()
    #expect(throws: GraphError.unknownRef("HEAD")) { try empty.graph().resolve("HEAD") }
  }

  @Test func aServiceComesBeforeAPrefix() throws {
    #expect(["orders", "orders~1", "pay", "abcdef"].map { line($0) } == [4, 1, 2, 5])
    #expect(throws: GraphError.unknownRef("orders~2")) { try graph.resolve("orders~2") }
    #expect(throws: GraphError.unknownRef("nobody")) { try graph.resolve("nobody") }
  }

  @Test func aDatePicksTheNewestRowAtOrBeforeIt() throws {
    let cases: [(String, Int?)] = [
      ("HEAD@{2024-02-27}", nil), ("HEAD@{2024-02-28}", 1), ("HEAD@{2024-02-29}", 2),
      ("HEAD@{2024-03-01}", 5), ("HEAD~1@{2024-02-29}", 1), ("HEAD@{2024-02-29}~1", 1),
      ("orders@{2024-02-29}", 1),
      ("HEAD@{2024-02-28T12:00:00Z}", 1), ("HEAD@{2024-02-28T11:59:59.999Z}", nil),
      ("HEAD@{2024-02-28T14:00:00+02:00}", 1), ("HEAD@{2024-02-28T13:59:59+02:00}", nil),
      ("HEAD@{2024-02-28T06:30:00-05:30}", 1), ("pay@{2024-02-29t12:00:00.0004z}", 2),
    ]
    for (ref, expected) in cases { #expect(line(ref) == expected, "\(ref)") }
  }

  @Test(arguments: [
    "", "~1", "HEAD~", "HEAD~x", "HEAD~-1", "HEAD@", "HEAD@{", "HEAD@{}", "HEAD@{2024-02-30}",
    "HEAD@{2023-02-29}", "HEAD@{2024-13-01}", "HEAD@{2024-02-28T24:00:00Z}", "HEAD@{yesterday}",
    "HEAD@{2024-02-28T12:00:00}", "HEAD~1~1", "HEAD@{2024-02-28}@{2024-02-28}",
    "HEAD@{2024-02-28}x", "HEAD~99999999999999999999",
  ])
  func refusesWhatIsNoRef(_ text: String) throws {
    do throws(GraphError) {
      _ = try graph.resolve(text)
      Issue.record("resolved")
    } catch {
      guard case .malformedRef(text, _) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func aPrefixOfAContract() throws {
    #expect(line("bbbb") == 2)
    #expect(line("sha256:BBBB1111") == 2)
    // Rows that share a sha: the newest. Rows of proofs before others.
    #expect(line("aaaa1") == 5)
    #expect(line("cccc") == 3)
    #expect(line("bbb") == nil)
    #expect(line("bbbb~1") == nil)
    #expect(throws: GraphError.unknownRef("dddd")) { try graph.resolve("dddd") }
    #expect(
      throws: GraphError.ambiguousRef(
        "aaaa",
        candidates: [
          RefCandidate(kind: .contract, hex: "aaaa1111", line: 5),
          RefCandidate(kind: .contract, hex: "aaaa2222", line: 4),
        ])
    ) { try graph.resolve("aaaa") }
  }

  @Test func aPrefixOfARecordOrAnImage() throws {
    let store = try TemporaryStore()
    let one = try store.deploy("one")
    let two = try store.deploy("two")
    try store.append([
      row(1, record: one.record), row(2, record: two.record), row(3, record: one.record),
    ])
    let graph = try store.graph()
    for length in [4, 5, 12, 63, 64] {
      #expect(line(graph, String(one.record.hex.prefix(length))) == 3)
      #expect(line(graph, "sha256:" + two.record.hex.prefix(length)) == 2)
      #expect(line(graph, String(one.image.hex.prefix(length))) == 3)
      #expect(line(graph, String(two.image.hex.prefix(length))) == 2)
    }
    #expect(line(graph, one.record.hex + "0") == nil)
  }

  @Test func anAmbiguousPrefixAcrossKinds() throws {
    let store = try TemporaryStore()
    let one = try store.deploy("one")
    let prefix = String(one.image.hex.prefix(6))
    try store.append([row(1, record: one.record), row(2, sha: prefix + "ff")])
    let graph = try store.graph()
    do throws(GraphError) {
      _ = try graph.resolve(prefix)
      Issue.record("resolved")
    } catch {
      #expect(
        error
          == .ambiguousRef(
            prefix,
            candidates: [
              RefCandidate(kind: .contract, hex: prefix + "ff", line: 2),
              RefCandidate(kind: .image, hex: one.image.hex, line: 1),
            ]))
    }
  }
}

/// Refs with a date in a ledger that is longer than one run of lines and whose clocks went wrong.
@Suite struct RefTimeTests {
  @Test func agreesWithLookingAtEveryRow() throws {
    let store = try TemporaryStore()
    var rows: [LedgerRow] = []
    for number in 0..<2600 {
      var ts = Int64(number) * 1000 + 1_000_000
      // One clock far ahead for a while, one far behind.
      if number % 500 > 490 { ts += 5_000_000_000 }
      if number % 700 > 690 { ts -= 1_500_000 }
      ts = max(ts, 0)
      rows.append(
        row(ts, number % 11 == 0 ? .perf : .deploy, service: number % 9 == 0 ? "pay" : "orders"))
    }
    try store.append(rows)
    let graph = try store.graph()
    func expected(_ time: Int64?, _ back: Int, _ service: String?) -> Int? {
      let matching = rows.enumerated().reversed().filter { _, row in
        row.kind == .deploy && row.ts <= time ?? .max
          && (service == nil || row.serviceName == service)
      }
      return back < matching.count ? matching[back].offset + 1 : nil
    }
    func date(_ time: Int64) -> String {
      let minutes = time / 60_000
      func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
      let fraction = String(1000 + time % 1000).dropFirst()
      return
        "1970-01-01T\(two(minutes / 60)):\(two(minutes % 60)):\(two(time / 1000 % 60)).\(fraction)Z"
    }
    for time: Int64 in [
      0, 1_000_000, 1_000_999, 1_001_000, 1_001_001, 1_500_000, 2_023_000, 2_024_500, 3_599_999,
    ] {
      for back in [0, 1, 900, 2000, 5000] {
        #expect(line(graph, "HEAD~\(back)@{\(date(time))}") == expected(time, back, nil))
        #expect(line(graph, "pay~\(back)@{\(date(time))}") == expected(time, back, "pay"))
      }
    }
    for back in [0, 1, 1000, 2300, 2362, 2363, 2600] {
      #expect(line(graph, "HEAD~\(back)") == expected(nil, back, nil))
      #expect(line(graph, "orders~\(back)") == expected(nil, back, "orders"))
    }
  }

  private func line(_ graph: ArtifactGraph, _ ref: String) -> Int? { try? graph.resolve(ref).line }
}
