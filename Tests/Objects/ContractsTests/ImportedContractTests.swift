import Contracts
import JSON
import Testing

/// Contract documents of other compilers, beside what was found in the code.
@Suite struct ImportedContractTests {
  private static let text = """
    {
      "version": 12,
      "handler": { "path": "/home/somebody/handler.ts", "line": 3 },
      "durable": { "used": false, "keys": [], "note": null },
      "env": { "literal": ["API_KEY", "MODE"], "dynamic": false },
      "egress": { "hosts": ["api.x.com"], "dynamic": false },
      "cache": { "namespaces": ["orders"], "dynamic": false },
      "capabilities": ["env", "network", "filesystem"],
      "api": { "routes": [ { "path": "/orders", "method": "GET", "auth": {} } ] },
      "properties": { "readOnly": true, "deterministic": true, "pure": false },
      "verification": { "proofLevel": "complete", "bytecode": true }
    }
    """

  private static func read(_ text: String) throws -> ImportedContract {
    try ImportedContract(bytes: Array(text.utf8))
  }

  /// What of the code stands in the document, too.
  private static var found: Contract {
    var contract = Contract(handlerPath: "handler.ts")
    contract.env.literal = ["API_KEY"]
    contract.env.required = ["API_KEY"]
    contract.env.secret = ["API_KEY"]
    contract.egress.hosts = ["api.x.com"]
    contract.egress.credentials = [
      .init(source: "API_KEY", header: "authorization", host: "api.x.com")
    ]
    contract.capabilities = ["env", "network"]
    contract.api.routes = [.init(method: "GET", path: "/orders", pathParams: [])]
    for property in Property.allCases { contract.properties[property] = property != .deterministic }
    contract.proofLevel = .partial
    return contract
  }

  @Test func everythingThatEitherSaysAndWhatBothSayHolds() throws {
    let given = try Self.read(Self.text)
    #expect(given.lacking(Self.found) == [])
    let merged = given.merged(with: Self.found)
    #expect(merged.handlerPath == "handler.ts")
    #expect(merged.env.literal == ["API_KEY", "MODE"])
    #expect(merged.env.required == ["API_KEY"])
    #expect(merged.cache.namespaces == ["orders"])
    #expect(merged.capabilities == ["env", "filesystem", "network"])
    #expect(merged.egress.credentials == Self.found.egress.credentials)
    // Both say so; the document's alone; ours alone, and what it leaves out reads as rows do.
    #expect(merged.properties[.readOnly] == true)
    #expect(merged.properties[.deterministic] == false)
    #expect(merged.properties[.injectionSafe] == true)
    #expect(merged.properties[.retrySafe] == false)
    #expect(merged.proofLevel == .partial)
    #expect(merged.facts.imported)
    #expect(!Self.found.facts.imported)
  }

  @Test func withoutVerificationNothingIsProven() throws {
    let text = Self.text.replacing(#""proofLevel": "complete", "#, with: "")
    #expect(try Self.read(text).merged(with: Self.found).proofLevel == .none)
  }

  @Test func whatItSaysIsKeptAsItIs() throws {
    let merged = try Self.read(Self.text).merged(with: Self.found)
    let again = try Contract(bytes: merged.canonicalBytes)
    #expect(again == merged)
    #expect(again.sha256 == merged.sha256)
    let kept = try #require(merged.document["imported"]?["document"])
    #expect(kept["durable"]?["used"] == .bool(false))
    #expect(kept["handler"]?["line"] == .integer(3))
    #expect(merged.document["imported"]?["version"] == .integer(12))
    // In another layout it is the same document, and another word in a section that nobody knows makes
    // another contract.
    let minified = String(decoding: kept.canonicalBytes, as: UTF8.self)
    #expect(try Self.read(minified).merged(with: Self.found).sha256 == merged.sha256)
    let other = Self.text.replacing(#""used": false"#, with: #""used": true"#)
    #expect(try Self.read(other).merged(with: Self.found).sha256 != merged.sha256)
    #expect(Self.found.document["imported"] == nil)
  }

  @Test func mergingAgainChangesNothing() throws {
    let merged = try Self.read(Self.text).merged(with: Self.found)
    #expect(try #require(merged.imported).merged(with: Self.found) == merged)
  }

  private static let more: [(lacking: String, change: @Sendable (inout Contract) -> Void)] = [
    ("env OTHER", { $0.env.literal.append("OTHER") }),
    ("egress b.com", { $0.egress.hosts.append("b.com") }),
    ("cache sessions", { $0.cache.namespaces.append("sessions") }),
    ("capability clock", { $0.capabilities.append("clock") }),
    ("route POST /orders", { $0.api.routes[0].method = "POST" }),
    ("dynamic env", { $0.env.dynamic = true }),
    ("dynamic egress", { $0.egress.dynamic = true }),
    ("dynamic cache", { $0.cache.dynamic = true }),
    ("dynamic sql", { $0.sql.dynamic = true }),
    (
      "sql all",
      {
        $0.sql.queries = [
          .init(name: "all", operation: "select", statement: "select 1", tables: [])
        ]
      }
    ),
  ]

  @Test(arguments: more.map(\.lacking)) func whatTheCodeDoesHasToStandInIt(lacking: String) throws {
    var found = Self.found
    try #require(Self.more.first { $0.lacking == lacking }).change(&found)
    #expect(try Self.read(Self.text).lacking(found) == [lacking])
  }

  @Test func aSectionThatIsNotThereSaysNothingOfWhatIsNotEnforced() throws {
    let bare = try Self.read(#"{"version":17}"#)
    #expect(bare.lacking(Self.found) == ["env API_KEY", "egress api.x.com"])
    var none = Contract(handlerPath: "handler.ts")
    none.capabilities = ["clock"]
    none.api.routes = [.init(method: "GET", path: "/", pathParams: [])]
    none.declaredSpecs = ["read-only"]
    #expect(bare.lacking(none) == [])
  }

  @Test func whatSendsASecretHasToBeSaidWhereSuchThingsAre() throws {
    let text = Self.text.replacing(
      #""hosts": ["api.x.com"]"#, with: #""hosts": ["api.x.com"], "credentials": []"#)
    #expect(
      try Self.read(text).lacking(Self.found) == [
        "secret API_KEY > api.x.com > authorization"
      ])
  }

  @Test func aRouteOfAnyMethodIsEveryMethods() throws {
    let text = Self.text.replacing(#", "method": "GET""#, with: "")
    #expect(try Self.read(text).lacking(Self.found) == [])
  }

  @Test func routesStandInThreePlaces() throws {
    let text = """
      {
        "version": 12,
        "api": { "routes": [ { "method": "GET", "path": "/a/:id", "pathParams": [ { "name": "id" } ] } ] },
        "behaviors": [ { "method": "POST", "pattern": "/b" }, { "method": "GET", "pattern": "*" } ],
        "routes": [ { "pattern": "/c", "type": "exact" }, { "pattern": "/d/", "type": "prefix" } ]
      }
      """
    var found = Contract(handlerPath: "handler.ts")
    found.api.routes = [
      .init(method: "GET", path: "/a/:id", pathParams: ["id"]),
      .init(method: "POST", path: "/b", pathParams: []),
      .init(method: "PUT", path: "/c", pathParams: []),
      .init(method: "GET", path: "/d/*", pathParams: []),
    ]
    let given = try Self.read(text)
    #expect(given.lacking(found) == [])
    // What is known with its method needs no line for any method.
    #expect(given.merged(with: found).api.routes == found.api.routes)
    found.api.routes[3].path = "/c/more"
    #expect(given.lacking(found) == ["route GET /c/more"])
    #expect(given.merged(with: found).facts.routes.map(\.label).contains("* /d/*"))
  }

  @Test(arguments: [
    (#"{"exhaustiveReturns":true,"resultsSafe":true}"#, ProofLevel.complete),
    (#"{"exhaustiveReturns":true,"resultsSafe":false}"#, .partial),
    (#"{"exhaustiveReturns":false,"resultsSafe":true}"#, .partial),
    (#"{"bytecodeVerified":true}"#, .none), (#"{"proofLevel":"certain"}"#, .none), ("null", .none),
    (#"{"proofLevel":"partial"}"#, .partial),
  ]) func verificationIsALevelOrWhatWasVerified(text: String, level: ProofLevel) throws {
    var found = Self.found
    found.proofLevel = .complete
    let given = try Self.read(
      Self.text.replacing(#"{ "proofLevel": "complete", "bytecode": true }"#, with: text)
        .replacing(#""pure": false"#, with: #""resultsSafe": true"#))
    #expect(given.merged(with: found).proofLevel == level)
  }

  @Test func whatDoesNotCheckItsResultsIsNoCompleteProof() throws {
    var found = Self.found
    found.proofLevel = .complete
    #expect(try Self.read(Self.text).merged(with: found).proofLevel == .partial)
  }

  @Test func whatIsNotLiteralIsNoCompleteProof() throws {
    var found = Self.found
    found.proofLevel = .complete
    let text = Self.text.replacing(
      #""MODE"], "dynamic": false"#, with: #""MODE"], "dynamic": true"#
    )
    .replacing(#""pure": false"#, with: #""resultsSafe": true"#)
    #expect(try Self.read(text).merged(with: found).proofLevel == .partial)
  }

  @Test(arguments: [
    (#""resultSafe": true"#, true), (#""resultsSafe": true"#, true),
    (#""resultSafe": false"#, false),
    (#""pure": true"#, false),
  ]) func resultsAreSafeUnderEitherWord(text: String, holds: Bool) throws {
    let given = try Self.read(Self.text.replacing(#""pure": false"#, with: text))
    #expect(given.merged(with: Self.found).properties[.resultsSafe] == holds)
  }

  @Test func capabilitiesMayStandUnderSandbox() throws {
    let text = Self.text.replacing(
      #""capabilities": ["env", "network", "filesystem"]"#,
      with: #""sandbox": { "capabilities": ["env"], "policyHash": "00" }"#)
    #expect(try Self.read(text).lacking(Self.found) == ["capability network"])
  }

  @Test func statementsThatTheCodeLacksAreNotPrepared() throws {
    let text = Self.text.replacing(
      #""durable""#,
      with: """
        "sql": { "queries": [
          { "name": "all", "operation": "select", "statement": "select 1", "tables": [] },
          { "name": "named", "operation": "select", "tables": ["t"] },
          { "name": "gone", "operation": "select", "statement": "select 2", "tables": [] }
        ], "dynamic": false }, "durable"
        """)
    let given = try Self.read(text)
    var found = Self.found
    found.sql.queries = [
      .init(name: "all", operation: "select", statement: "select 1", tables: []),
      .init(name: "named", operation: "select", statement: "select * from t", tables: ["t"]),
    ]
    #expect(given.lacking(found) == [])
    #expect(given.merged(with: found).sql.queries == found.sql.queries)
    found.sql.queries[0].statement = "delete from t"
    #expect(given.lacking(found) == ["sql all"])
  }

  @Test(arguments: 12...17) func theseVersionsAreRead(version: Int) throws {
    #expect(try Self.read("{\"version\":\(version)}").version == Int64(version))
  }

  @Test(arguments: [
    (#"{"version":11}"#, "contract.version: expected a version from 12 to 17"),
    (#"{"version":18}"#, "contract.version: expected a version from 12 to 17"),
    (#"{"version":1}"#, "contract.version: expected a version from 12 to 17"),
    (#"{"version":"12"}"#, "contract.version: expected a version from 12 to 17"),
    (#"{}"#, "contract.version: expected a version from 12 to 17"),
    ("[12]", "contract: expected an object"), ("12", "contract: expected an object"),
    (#"{"version":12,"env":[]}"#, "contract.env: expected an object"),
    (
      #"{"version":12,"env":{"literal":"A"}}"#, "contract.env.literal: expected an array of strings"
    ),
    (
      #"{"version":12,"env":{"literal":["A",1]}}"#,
      "contract.env.literal: expected an array of strings"
    ),
    (#"{"version":12,"env":{"dynamic":"no"}}"#, "contract.env.dynamic: expected true or false"),
    (
      #"{"version":12,"egress":{"hosts":{}}}"#,
      "contract.egress.hosts: expected an array of strings"
    ),
    (
      #"{"version":12,"egress":{"credentials":[{"source":"A"}]}}"#,
      "contract.egress.credentials[0].header: expected a string"
    ),
    (
      #"{"version":12,"sql":{"queries":[1]}}"#, "contract.sql.queries: expected an array of objects"
    ),
    (#"{"version":12,"sql":{"queries":[{}]}}"#, "contract.sql.queries[0].name: expected a string"),
    (#"{"version":12,"api":{"routes":[{}]}}"#, "contract.api.routes[0].path: expected a string"),
    (
      #"{"version":12,"properties":{"readOnly":1}}"#,
      "contract.properties.readOnly: expected true or false"
    ),
    (
      #"{"version":12,"verification":{"proofLevel":2}}"#,
      "contract.verification.proofLevel: expected a string"
    ),
    (#"{"version":12,"a":1,"a":2}"#, "the key \"a\" twice in one object at byte 20"),
    (#"{"version":12,"a":1.5}"#, "a number with a fraction or exponent at byte 18"),
    (#"{"version":12"#, "the text ends too early at byte 13"),
  ]) func whatIsNoSuchDocumentIsToldByItsPlace(text: String, error: String) {
    #expect(throws: JSONError.self) { try Self.read(text) }
    do { _ = try Self.read(text) } catch let found as JSONError {
      #expect(found.description == error)
    } catch {}
  }

  @Test func whatIsTooDeepIsRefusedBeforeItIsRecorded() throws {
    // Each depth is refused, or can be read again where it is kept.
    var isRefused = false
    for depth in stride(from: 1, through: 4000, by: 1) where depth < 4 || depth > 100 {
      let text =
        #"{"version":12,"deep":"# + String(repeating: "[", count: depth)
        + String(repeating: "]", count: depth) + "}"
      guard let read = try? Self.read(text) else {
        isRefused = true
        break
      }
      let merged = read.merged(with: Self.found)
      #expect(try Contract(bytes: merged.canonicalBytes) == merged)
    }
    #expect(isRefused)
  }

  @Test func aContractWhoseImportedPartIsNoneIsRefused() throws {
    let merged = try Self.read(Self.text).merged(with: Self.found)
    for part in [
      #"{"version":13,"document":{"version":12}}"#, #"{"version":12}"#, "true",
      #"{"version":12,"document":{"version":12,"env":[]}}"#,
    ] {
      var object = try #require(merged.document.objectValue)
      object["imported"] = try JSONReader.strict(Array(part.utf8))
      #expect(throws: JSONError.self, "\(part)") { try Contract(document: .object(object)) }
    }
  }

  @Test func factsSayItWhereItIsSo() throws {
    let facts = try Self.read(Self.text).merged(with: Self.found).facts
    #expect(Facts(json: facts.json) == facts)
    #expect(facts.json["imported"] == .bool(true))
    #expect(Self.found.facts.json["imported"] == nil)
  }
}
