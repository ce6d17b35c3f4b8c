import Contracts
import HandlerLanguage
import HandlerProver
import TestSupport
import Testing

/// What holds of the proof of every handler, on handlers put together by seed.
@Suite struct ProofLawTests {
  /// Bodies of routes. `@1`, `@2` and `@3` are names of locals, whatever they are called.
  private static let routes = [
    "return Response.text(\"plain\");",
    "const @1 = env(\"TOKEN\"); return Response.json({ ok: @1 !== undefined });",
    "const @1 = env(\"REGION\") ?? \"eu\"; return Response.text(@1);",
    "const @1 = env(\"API_SECRET\"); logInfo(@1); return Response.text(\"done\");",
    "const @1 = req.headers.get(\"authorization\"); return Response.json({ @2: @1 });",
    "cacheSet(\"notes\", \"key\", \"value\"); return Response.json({ set: true });",
    "const @1 = cacheGet(\"notes\", \"key\"); return Response.json(@1 ?? null);",
    "const @1 = cacheIncr(\"hits\", \"n\"); return Response.json({ n: @1 });",
    "const @1 = fetch(\"https://api.example.com/v1\"); return Response.json({ ok: @1.ok });",
    "return Response.json({ id: uuid() });",
    "const @1 = req.query.name ?? \"\"; return Response.html(escapeHtml(@1));",
    "const @1 = req.query.name ?? \"\"; return Response.html(@1);",
    "const @1 = (@2) => @2 + 1; let @3 = 0; for (const @2 of [1, 2]) { @3 = @1(@3 + @2); } "
      + "return Response.json(@3);",
    "const { @1 = 1, ...@2 } = { @1: 2, b: 3 }; return Response.json([@1, @2.b]);",
    "const @1 = sha256(req.path); if (@1 === \"\") { return Response.text(\"no\", { status: 404 }); } "
      + "return Response.text(@1);",
  ]

  private static let names = [
    ["one", "two", "three"], ["x", "y", "z"], ["set", "of", "été"], ["result", "type", "value1"],
    ["$1", "_2", "thirdOfThem"],
  ]

  private struct Made {
    var routes: [Int]
    var paths: [String]

    /// - Parameters:
    ///   - extra: a route that is not asked for by the others.
    ///   - isRemarked: whether comments and blank lines stand wherever they can.
    func source(names: [String], extra: Int? = nil, isRemarked: Bool = false) -> String {
      let all = Array(zip(paths, routes)) + (extra.map { [("/extra", $0)] } ?? [])
      let lines = all.map { path, route in
        var body = ProofLawTests.routes[route]
        for (index, name) in names.enumerated() {
          body = body.replacing("@\(index + 1)", with: name)
        }
        return "if (req.method === \"GET\" && req.path === \"\(path)\") { \(body) }"
      }
      let source = handler(
        lines.joined(separator: "\n") + "\nreturn Response.text(\"not found\", { status: 404 });")
      guard isRemarked else { return source }
      return source.replacing("; ", with: "; /* } */\n\n").replacing("{ ", with: "{ // \"x\"\n ")
        .replacing("\n", with: "\n   // env(\"NO\")\n")
    }
  }

  private static func make(_ random: inout SeededGenerator) -> Made {
    let count = Int.random(in: 1...4, using: &random)
    let all = Array(routes.indices).shuffled(using: &random)
    return Made(
      routes: Array(all.prefix(count)), paths: (0..<count).map { "/r\($0)" })
  }

  /// The contract says what a handler does: neither where it stands in the file nor what its
  /// locals are called nor when it was proven.
  @Test func spellingDoesNotChangeTheContract() throws {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<25 {
      let made = Self.make(&random)
      let names = try #require(Self.names.randomElement(using: &random))
      let proof = try prove(made.source(names: Self.names[0]))
      let others = [
        made.source(names: Self.names[0]), made.source(names: names),
        made.source(names: names, isRemarked: true),
      ]
      for source in others {
        let other = try prove(source)
        #expect(
          other.contract.canonicalBytes == proof.contract.canonicalBytes, "\(source)\n\(seed)")
        #expect(
          other.witnesses.map { ["\($0.subject)", $0.steps.last?.what] }
            == proof.witnesses.map { ["\($0.subject)", $0.steps.last?.what] },
          "\(source)\n\(seed)")
      }
    }
  }

  /// One more route adds what it does and takes nothing away; a property that was lost stays lost,
  /// and one that the route loses by itself is lost.
  @Test func anotherRouteOnlyAdds() throws {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<25 {
      let made = Self.make(&random)
      let extra = try #require(Self.routes.indices.randomElement(using: &random))
      let source = made.source(names: Self.names[0], extra: extra)
      let (before, after) = (try prove(made.source(names: Self.names[0])), try prove(source))
      let alone = try prove(Made(routes: [], paths: []).source(names: Self.names[0], extra: extra))
      for part in [before, alone] {
        let (less, more) = (part.contract.facts, after.contract.facts)
        #expect(Set(less.envKeys).isSubset(of: more.envKeys), "\(source)\n\(seed)")
        #expect(Set(less.egressHosts).isSubset(of: more.egressHosts), "\(source)\n\(seed)")
        #expect(Set(less.cacheNamespaces).isSubset(of: more.cacheNamespaces), "\(source)\n\(seed)")
        #expect(Set(less.capabilities).isSubset(of: more.capabilities), "\(source)\n\(seed)")
        #expect(Set(less.routes).isSubset(of: more.routes), "\(source)\n\(seed)")
        #expect(less.proofLevel >= more.proofLevel, "\(source)\n\(seed)")
        for property in Property.allCases where after.holds(property) {
          #expect(part.holds(property), "\(property)\n\(source)\n\(seed)")
        }
      }
      // Nothing is there that neither has.
      let (a, b, both) = (before.contract.facts, alone.contract.facts, after.contract.facts)
      #expect(Set(both.routes) == Set(a.routes).union(b.routes), "\(source)\n\(seed)")
      #expect(Set(both.envKeys) == Set(a.envKeys).union(b.envKeys), "\(source)\n\(seed)")
      #expect(
        Set(both.egressHosts) == Set(a.egressHosts).union(b.egressHosts), "\(source)\n\(seed)")
      for property in Property.allCases where before.holds(property) && alone.holds(property) {
        #expect(after.holds(property), "\(property)\n\(source)\n\(seed)")
      }
    }
  }
}
