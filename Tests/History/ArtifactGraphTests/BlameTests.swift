import ArtifactGraph
import Contracts
import Ledger
import Testing

@Suite struct BlameTests {
  private func blame(
    _ rows: [LedgerRow], _ item: String, service: String? = nil
  ) throws -> [String] {
    let store = try TemporaryStore()
    try store.append(rows)
    return try store.graph().blame(#require(SurfaceItem(item)), service: service).map { blame in
      let steps = blame.steps.map { "\($0.isAdded ? "+" : "-")\($0.event.line)" }
      return "\(blame.service ?? blame.handlerPath) \(blame.target ?? "-") "
        + "\(blame.since.map { "\($0.line)" } ?? "gone") \(steps.joined(separator: " "))"
    }
  }

  @Test func tellsSinceWhenAndWhoChangedIt() throws {
    let rows = [
      row(1, env: ["A"]), row(2, env: ["A", "B"]), row(3, service: "pay", env: ["B"]),
      row(4, env: ["A"]), row(5, env: ["A", "B"]), row(6, env: ["A", "B"]),
      row(7, target: "cp", env: ["B"]), row(8, target: "cp", env: []),
      row(9, .check, target: nil, env: ["Z"]), row(10, .swap, env: []),
    ]
    #expect(try blame(rows, "env:A") == ["orders local 1 +1"])
    #expect(
      try blame(rows, "env:B") == [
        "orders cp gone -8 +7", "orders local 5 +5 -4 +2", "pay local 3 +3",
      ])
    #expect(try blame(rows, "env:B", service: "pay") == ["pay local 3 +3"])
    #expect(try blame(rows, "env:Z").isEmpty)
    #expect(try blame(rows, "egress:B").isEmpty)
  }

  @Test func knowsEverySection() throws {
    var one = row(1)
    one.facts.egressHosts = ["api.x.com"]
    one.facts.routes = [Route(pattern: "GET /x"), Route(pattern: "GET /a/", isPrefix: true)]
    one.facts.cacheNamespaces = ["c"]
    one.facts.capabilities = ["clock"]
    one.facts.egressCredentials = ["K > api.x.com > authorization"]
    one.facts.properties[.retrySafe] = true
    for item in [
      "egress:api.x.com", "route:GET /x", "route:GET /a/*", "cache:c", "cap:clock",
      "property:retry-safe", "secret:K > api.x.com > authorization",
    ] { #expect(try blame([one], item) == ["orders local 1 +1"], "\(item)") }
    #expect(try blame([one], "property:read-only").isEmpty)
  }

  @Test func rowsWithoutAServiceAreToldApartByTheirHandler() throws {
    let rows = [
      row(1, service: nil, target: nil, env: ["A"], path: "/a"),
      row(2, service: nil, target: nil, env: ["A"], path: "/b"),
      row(3, service: nil, target: nil, env: [], path: "/a"),
    ]
    #expect(try blame(rows, "env:A") == ["/a - gone -3 +1", "/b - 2 +2"])
  }

  // The composed and the decomposed é are two names.
  @Test func namesAreToldApartByTheirBytes() throws {
    let rows = [row(1, env: ["\u{e9}"]), row(2, service: "pay", env: ["e\u{301}"])]
    #expect(try blame(rows, "env:\u{e9}") == ["orders local 1 +1"])
    #expect(try blame(rows, "env:e\u{301}") == ["pay local 2 +2"])
  }

  @Test(arguments: ["", "env", "env:", ":A", "moon:A", "ENV:A"])
  func refusesWhatIsNoItem(_ text: String) { #expect(SurfaceItem(text) == nil) }

  // What blame says is what looking at every row says.
  @Test func agreesWithTheRows() throws {
    var rows: [LedgerRow] = []
    var state: UInt32 = 7
    for ts in 1...120 {
      state = state &* 1_664_525 &+ 1_013_904_223
      let names = ["A", "B", "C"].enumerated().filter { state >> (8 + $0.offset) & 1 == 1 }
      rows.append(
        row(
          Int64(ts), state >> 20 & 7 == 0 ? .check : .deploy,
          service: ["orders", "pay"][Int(state >> 16 & 1)],
          target: ["local", "cp"][Int(state >> 17 & 1)], env: names.map(\.element)))
    }
    for name in ["A", "B", "C"] {
      var last: [String: Bool] = [:]
      var steps: [String: [String]] = [:]
      for (index, row) in rows.enumerated() where row.kind == .deploy {
        let key = "\(row.serviceName ?? "") \(row.target ?? "")"
        let has = row.facts.envKeys.contains(name)
        if has != last[key, default: false] {
          steps[key, default: []].insert("\(has ? "+" : "-")\(index + 1)", at: 0)
        }
        last[key] = has
      }
      let expected = steps.sorted { $0.key < $1.key }.map { key, steps in
        let since = steps[0].hasPrefix("+") ? String(steps[0].dropFirst()) : "gone"
        return "\(key) \(since) \(steps.joined(separator: " "))"
      }
      #expect(try blame(rows, "env:\(name)") == expected)
    }
  }
}
