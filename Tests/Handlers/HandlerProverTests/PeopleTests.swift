import Contracts
import Encodings
import HandlerLanguage
import HandlerProver
import JSON
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A handler as people write them: a folder under `testdata/handlers/people`, with what a reader of
/// the handler language's pages expects of it.
struct PeopleHandler: CustomTestStringConvertible, Sendable {
  /// The folder's name.
  var name: String
  var testDescription: String { name }

  static let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { path, _ in
    path.deletingLastPathComponent()
  }.appendingPathComponent("testdata/handlers/people")

  /// All of them, by name.
  static let all = ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [])
    .filter { $0 != "README.md" }.sorted().map { PeopleHandler(name: $0) }

  private func bytes(_ path: String) -> [UInt8]? {
    let file = Self.root.appendingPathComponent(name).appendingPathComponent(path)
    return (try? Data(contentsOf: file)).map { Array($0) }
  }

  /// What `expected.tsv` says: a property, whether it holds, and why, one a line.
  func expected() throws -> [Property: Bool] {
    let text = String(decoding: try #require(bytes("expected.tsv")), as: UTF8.self)
    var properties: [Property: Bool] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == 3, "\(name): \(line)")
      let property = try #require(Property(rawValue: fields[0]), "\(name): \(line)")
      #expect(properties[property] == nil, "\(name) says \(property) twice")
      #expect(fields[2].hasSuffix("."), "\(name) says no reason for \(property)")
      properties[property] = try #require(Bool(fields[1]) as Bool?, "\(name): \(line)")
    }
    return properties
  }

  /// `zigttp.env` of its `package.json`.
  private func secrets() throws -> [ByteName: Bool] {
    let manifest = try JSONReader.lenient(try #require(bytes("package.json")))
    var secrets: [ByteName: Bool] = [:]
    for member in manifest["zigttp"]?["env"]?.objectValue?.members ?? [] {
      secrets[ByteName(member.key)] = member.value.stringValue == "secret"
    }
    return secrets
  }

  func prove() throws -> Proof {
    let entry = bytes("handler.tsx") == nil ? "handler.ts" : "handler.tsx"
    let loaded = Program.load(entry: entry) { path in bytes(path) }
    let program = try #require(
      loaded.program, "\(name): \(loaded.diagnostics.map(\.description).joined(separator: "\n"))")
    return Prover.prove(program, handlerPath: entry, secretOverrides: try secrets())
  }
}

@Suite struct PeopleTests {
  /// What holds for a reader and is not shown, each with the reason. A line that is no longer
  /// needed fails, so that the list only says what is so.
  static let known: [(handler: String, property: Property)] = [
    // `every` over the answers of a `map` decides the status.
    ("readiness", .faultCovered),
    // So does whether a loop has put anything into a list.
    ("health-detail", .faultCovered),
  ]

  private func isKnown(_ handler: PeopleHandler, _ property: Property) -> Bool {
    Self.known.contains { $0.handler == handler.name && $0.property == property }
  }

  @Test(arguments: PeopleHandler.all)
  func theProofSaysWhatAReaderExpects(handler: PeopleHandler) throws {
    let expected = try handler.expected()
    let proof = try handler.prove()
    #expect(proof.refusals == [])
    // What people deploy answers on every path, or its proof would be partial.
    #expect(proof.warnings.allSatisfy { $0.code == "ZT503" }, "\(proof.warnings)")
    #expect(proof.holds(.stateIsolated) || !proof.warnings.isEmpty)
    for property in Property.allCases {
      let holds = try #require(
        expected[property] as Bool?, "\(handler.name) does not say \(property)")
      if isKnown(handler, property) {
        #expect(holds, "\(handler.name): \(property) is not expected, so that it is not lost")
        #expect(!proof.holds(property), "\(handler.name): \(property) is shown, and known as lost")
      } else {
        #expect(
          proof.holds(property) == holds, "\(handler.name): \(property) \(proof.losses(property))")
      }
    }
  }

  /// `idempotent` is defined by two others, and what is read-only can be sent again.
  @Test(arguments: PeopleHandler.all)
  func whatIsExpectedAgreesWithItself(handler: PeopleHandler) throws {
    let expected = try handler.expected()
    let both = expected[.retrySafe] == true && expected[.deterministic] == true
    #expect(expected[.idempotent] == both)
    #expect(expected[.readOnly] == false || expected[.retrySafe] == true)
  }

  @Test func thereAreEnoughOfThem() {
    #expect(PeopleHandler.all.count >= 40)
    let names = Set(PeopleHandler.all.map(\.name))
    for (handler, property) in Self.known {
      #expect(names.contains(handler), "\(property) is known as lost of \(handler), which is not")
    }
  }
}
