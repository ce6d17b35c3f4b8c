import Contracts
import HandlerLanguage
import HandlerProver
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What each function of the modules needs, does, keeps and loses, by what is proven of a handler
/// that calls it: whatever of a row is taken away is missing here.
/// `RECORD_GOLDENS=1` writes it anew; its diff is reviewed like code.
@Suite struct RowTests {
  private static let sources: [(name: String, value: String)] = [
    ("secret", #"env("API_KEY") ?? """#), ("credential", #"req.headers.cookie ?? """#),
    ("request", #"req.query.a ?? """#), ("stored", #"cacheGet("o", "k") ?? """#),
    ("chance", "String(Math.random())"),
  ]

  private static let golden = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { path, _ in
    path.deletingLastPathComponent()
  }.appendingPathComponent("testdata/prover/rows.golden")

  private func proof(_ source: String) -> Contract? {
    let files = ["handler.ts": source, "schema.sql": RowExample.tables]
    return Program.load(entry: "handler.ts") { path in files[path].map { Array($0.utf8) } }
      .program.map { Prover.prove($0, handlerPath: "handler.ts").contract }
  }

  private func lost(_ contract: Contract) -> Set<Property> {
    Set(Property.allCases.filter { contract.properties[$0] != true })
  }

  private func words(_ properties: Set<Property>) -> String {
    properties.isEmpty
      ? "nothing"
      : Property.allCases.filter(properties.contains).map(\.label).joined(separator: ", ")
  }

  /// What is said of a function: its contract, what is lost by a call, then, for each argument and
  /// each kind of data, what is lost more when the result is dropped, and when it is answered.
  private func lines(about function: ModuleFunction) throws -> [String] {
    let example = RowExample.of(function)
    let plain = try [false, true].map { answers in
      try #require(
        proof(example.handler(function, place: nil, "", answers: answers)), "\(function)")
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
      for source in Self.sources {
        let found = zip(["dropped", "answered"], [false, true]).map { name, answers in
          proof(example.handler(function, place: place, source.value, answers: answers)).map {
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

  @Test func everyRowSaysWhatItSaid() throws {
    let found = try ModuleFunction.allCases.flatMap(lines).joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      try Data(found.utf8).write(to: Self.golden)
    }
    let recorded = try String(decoding: Data(contentsOf: Self.golden), as: UTF8.self)
    let (now, then) = (found.split(separator: "\n"), recorded.split(separator: "\n"))
    for (line, old) in zip(now, then) where line != old {
      Issue.record("\(line), which was \(old)")
    }
    #expect(now.count == then.count)
  }

  /// A row that says less than is so would be believed by whoever reads it.
  @Test(arguments: ModuleFunction.allCases) func aRowSaysWhatACallDoes(function: ModuleFunction)
    throws
  {
    let row = ModuleTable.row(function)
    let example = RowExample.of(function)
    let dropped = try #require(
      proof(example.handler(function, place: nil, "", answers: false)), "\(function)")
    let needed = Set(dropped.capabilities)
    #expect(Set(row.capabilities.map(\.rawValue)).isSubset(of: needed))
    #expect(lost(dropped).contains(.readOnly) == (row.effect == .write))
    #expect(lost(dropped).contains(.faultCovered) == (row.failure == .critical))
    let answered = try #require(
      proof(example.handler(function, place: nil, "", answers: true)), "\(function)")
    #expect(lost(answered).contains(.deterministic) == !row.isDeterministic)
    #expect(row.parameters.count >= example.arguments.count)
  }
}
