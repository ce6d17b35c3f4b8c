import Contracts
import HandlerProver
import TestSupport
import Testing

/// Programs by seed, in each of which a value goes from a source to a sink through a chain of
/// whatever the language has: the prover must see every one.
@Suite struct PlantedFlowTests {
  /// What happens to `@`, the value so far, on its way; `#` is a number that no other step has.
  private static let ways: [String] = [
    "const v# = @;", "let v#; v# = @;", "let v# = \"a\"; if (req.query.a) { v# = @; }",
    "let v# = \"\"; for (const c of @) { v# = v# + c; }",
    "const o# = { a: 1 }; o#.b = @; const v# = o#.b;",
    "const o# = {}; o#[req.query.k ?? \"k\"] = @; const v# = JSON.stringify(o#);",
    "const xs# = []; xs#.push(@); const v# = xs#.join(\"-\");",
    "const { a: v# = \"b\" } = { a: @ };", "const [, v#] = [1, @];",
    "const { a: a#, ...r# } = { a: 1, b: @ }; const v# = JSON.stringify(r#);",
    "const f# = (x) => { const y = x; return y; }; const v# = f#(@);",
    "const f# = (...all) => all[all.length - 1]; const v# = f#(1, @);",
    "const f# = ({ a }) => () => a; const v# = f#({ a: @ })();",
    "let v# = \"\"; const s# = (x) => { v# = x; }; s#(@);",
    "let v# = \"\"; [@].forEach((x) => { v# = x; });",
    "const f# = (n, x) => n === 0 ? x : f#(n - 1, x); const v# = f#(2, @);",
    "const v# = req.query.z ? @ : \"none\";", "const v# = (req.query.z ?? @) + @;",
    "const v# = match (req.method) { when \"GET\": @ default: @ };",
    "const v# = @ |> String;",
    "cacheSet(\"n#\", \"k\", @, 60); const v# = cacheGet(\"n#\", \"k\") ?? \"\";",
    "req.mine# = @; const v# = req.mine#;", "const v# = Response.text(@).text();",
    "const t# = { f: (x) => x, g: (x) => x }; const v# = t#[req.query.z === \"1\" ? \"f\" : \"g\"](@);",
    "const o# = Object.assign({}, { a: @ }); const v# = o#.a;",
    "const c# = { ...{ a: @ }, b: 1 }; const v# = c#.a;",
    "switch (req.method) { case \"GET\": req.w# = @; break; default: req.w# = @; } const v# = req.w#;",
  ]

  private static let sinks: [String] = [
    "return Response.json({ out: @ });", "return Response.text(`${@}`);",
    "return Response.text(\"x\", { headers: { \"x-a\": @ } });",
    "const res = Response.text(\"x\"); res.headers.set(\"x-a\", @); return res;",
    "const res = Response.text(\"x\"); res.body = @; return res;",
    "logInfo(@); return Response.text(\"x\");",
    "console.log({ a: [@] }); return Response.text(\"x\");",
    "cacheSet(\"out\", @, \"v\", 60); return Response.text(\"x\");",
    "fetch(`https://a.example/?q=${@}`); return Response.text(\"x\");",
    "fetch(\"https://a.example/\", { method: \"POST\", body: @ }); return Response.text(\"x\");",
    "assert req.query.never, `no ${@}`; return Response.text(\"x\");",
  ]

  private func program(_ source: String, _ random: inout SeededGenerator) -> String {
    var lines = ["const v0 = \(source);"]
    var value = "v0"
    for number in 1...Int.random(in: 2...6, using: &random) {
      let isCarrier = Bool.random(using: &random)
      if isCarrier, let carrier = carriers.randomElement(using: &random) {
        lines.append("const n\(number) = Number(\(value));")
        lines.append("const c\(number) = \(CarrierTests.filled(carrier, value, "n\(number)"));")
        lines.append("const v\(number) = JSON.stringify({ v: c\(number) });")
      } else if let way = Self.ways.randomElement(using: &random) {
        lines.append(way.replacing("#", with: "\(number)").replacing("@", with: value))
      }
      value = "v\(number)"
    }
    let sink = Self.sinks.randomElement(using: &random) ?? ""
    lines.append(sink.replacing("@", with: value))
    return handler(lines.joined(separator: "\n"))
  }

  @Test func secretsAreSeen() throws {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<150 {
      let source = program("env(\"API_KEY\") ?? \"\"", &random)
      let proof = try prove(source)
      #expect(!proof.holds(.noSecretLeakage), "\(seed)\n\(source)")
    }
  }

  @Test func credentialsAreSeen() throws {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<100 {
      let source = program("req.headers.cookie ?? \"\"", &random)
      let proof = try prove(source)
      #expect(!proof.holds(.noCredentialLeakage), "\(seed)\n\(source)")
    }
  }

  /// Without a source there is nothing to see: what the chains themselves do is no leak.
  @Test func nothingIsSeenWhereNothingIs() throws {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<60 {
      let source = program("env(\"REGION\") ?? \"\"", &random)
      let proof = try prove(source)
      #expect(proof.holds(.noSecretLeakage), "\(seed)\n\(source)")
      #expect(proof.holds(.noCredentialLeakage), "\(seed)\n\(source)")
    }
  }
}
