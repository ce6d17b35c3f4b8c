import Contracts
import HandlerLanguage
import HandlerProver
import ProverOracle
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is lost when each kind of data is put into something, as lines of text that are recorded in
/// `testdata/prover`. `RECORD_GOLDENS=1` writes them anew; their diff is reviewed like code.
enum LossRecord {
  private static let sources: [(name: String, value: String)] = [
    ("secret", #"env("API_KEY") ?? """#), ("credential", #"req.headers.cookie ?? """#),
    ("request", #"req.query.a ?? """#), ("stored", #"cacheGet("o", "k") ?? """#),
    ("chance", "String(Math.random())"),
  ]

  private static func file(_ name: String) -> URL {
    (0..<5).reduce(URL(fileURLWithPath: #filePath)) { path, _ in
      path.deletingLastPathComponent()
    }.appendingPathComponent("testdata/prover/\(name).golden")
  }

  static func recorded(_ name: String) throws -> [String] {
    try String(decoding: Data(contentsOf: file(name)), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  /// Expects lines to be those that are recorded.
  static func expect(
    _ name: String, _ found: [String], at location: SourceLocation = #_sourceLocation
  ) throws {
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      try Data((found.joined(separator: "\n") + "\n").utf8).write(to: file(name))
    }
    let then = try recorded(name)
    for (line, old) in zip(found, then) where line != old {
      Issue.record("\(line), which was \(old)", sourceLocation: location)
    }
    #expect(found.count == then.count, sourceLocation: location)
  }

  static func proof(_ source: String, _ trial: WeaknessTrial? = nil) -> Contract? {
    let files = ["handler.tsx": source, "schema.sql": RowExample.tables]
    return Program.load(entry: "handler.tsx") { path in files[path].map { Array($0.utf8) } }
      .program.map { Prover.prove($0, handlerPath: "handler.tsx", trial: trial).contract }
  }

  static func lost(_ contract: Contract) -> Set<Property> {
    Set(Property.allCases.filter { contract.properties[$0] != true })
  }

  private static func words(_ properties: Set<Property>) -> String {
    properties.isEmpty
      ? "nothing"
      : Property.allCases.filter(properties.contains).map(\.label).joined(separator: ", ")
  }

  /// What is said of a function: its contract, what is lost by a call, then, for each argument and
  /// each kind of data, what is lost more when the result is dropped, and when it is answered.
  static func lines(
    of function: ModuleFunction, _ trial: WeaknessTrial? = nil
  ) throws -> [String] {
    let example = RowExample.of(function)
    let plain = try [false, true].map { answers in
      try #require(
        proof(example.handler(function, place: nil, "", answers: answers), trial), "\(function)")
    }
    let contract = plain[0]
    let lists = [
      ("env", contract.env.literal), ("cache", contract.cache.namespaces),
      ("hosts", contract.egress.hosts), ("sql", contract.sql.queries.map(\.name)),
    ].filter { !$0.1.isEmpty }.map { "; \($0.0) \($0.1.joined(separator: ", "))" }.joined()
    var lines = [
      "\(contract.functions.joined(separator: " ")): needs "
        + "\(contract.capabilities.joined(separator: ", "))\(lists), \(contract.proofLevel)",
      "  dropped: loses \(words(lost(contract)))", "  answered: loses \(words(lost(plain[1])))",
    ]
    for (place, argument) in example.arguments.enumerated() where argument.contains("X") {
      for source in sources {
        let found = zip(["dropped", "answered"], [false, true]).map { name, answers in
          proof(example.handler(function, place: place, source.value, answers: answers), trial).map
          {
            "\(name) \(words(lost($0).subtracting(lost(plain[answers ? 1 : 0]))))"
          } ?? "refused"
        }
        lines.append(
          "  \(ModuleTable.row(function).parameters[place]) of \(source.name): "
            + found.joined(separator: ", "))
      }
    }
    return lines
  }

  /// What is said of an expression that carries a value: for each kind of data what is lost when it
  /// is answered, and when it is dropped and something is written behind it.
  static func lines(of carrier: String, _ trial: WeaknessTrial? = nil) throws -> [String] {
    let kept = "cacheSet(\"n\", \"k\", \"v\", 60); return Response.text(\"x\");"
    return try [carrier]
      + sources.map { source in
        let found = try ["return Response.json({ out });", kept].map { rest in
          let text = CarrierTests.program(carrier, source.value, rest)
          return words(lost(try #require(proof(text, trial), "\(carrier)")))
        }
        return "  \(source.name): answered \(found[0]); dropped \(found[1])"
      }
  }
}
