import Contracts
import Digests
import JSON
import Testing

@Suite struct ContractDocumentTests {
  private static var full: Contract {
    var contract = Contract(handlerPath: "src/handler.ts")
    contract.modules = ["zigttp:router", "zigttp:env"]
    contract.functions = ["router.routerMatch", "env.env"]
    contract.capabilities = ["network", "env"]
    contract.env.literal = ["B", "A", "A"]
    contract.env.required = ["A"]
    contract.env.secret = ["B"]
    contract.egress.hosts = ["b.com", "a.com:8443"]
    contract.egress.credentials = [
      Contract.EgressCredential(source: "B", header: "x-key", host: "b.com"),
      Contract.EgressCredential(source: "B", header: "authorization", host: "a.com:8443"),
    ]
    contract.cache.namespaces = ["orders"]
    contract.cache.dynamic = true
    contract.sql.queries = [
      Contract.SQLQuery(
        name: "q", operation: "select", statement: "select 1 from t, a", tables: ["t", "a"])
    ]
    contract.api.routes = [
      Contract.APIRoute(
        method: "GET", path: "/orders/:id/:part", pathParams: ["id", "part"], requiresBearer: true),
      Contract.APIRoute(method: "GET", path: "/files/*", pathParams: ["splat"]),
      Contract.APIRoute(method: "*", path: "/any", pathParams: []),
    ]
    contract.api.routesDynamic = true
    for property in Property.allCases { contract.properties[property] = property != .piiContained }
    contract.allowedLeaks = ["no-secret-leakage:B->body:a.b"]
    contract.declaredSpecs = ["read-only"]
    contract.proofLevel = .partial
    return contract
  }

  // Written out so that no change of the format goes unnoticed: every stored digest hangs on it.
  private static let canonical = """
    {"allowedLeaks":["no-secret-leakage:B->body:a.b"],"api":{"routes":[\
    {"method":"*","path":"/any","pathParams":[],"requiresBearer":false},\
    {"method":"GET","path":"/files/*","pathParams":["splat"],"requiresBearer":false},\
    {"method":"GET","path":"/orders/:id/:part","pathParams":["id","part"],"requiresBearer":true}],\
    "routesDynamic":true},"behaviors":[],"behaviorsExhaustive":false,\
    "cache":{"dynamic":true,"namespaces":["orders"]},"capabilities":["env","network"],\
    "declaredSpecs":["read-only"],"egress":{"credentials":[\
    {"header":"authorization","host":"a.com:8443","source":"B"},\
    {"header":"x-key","host":"b.com","source":"B"}],"dynamic":false,\
    "hosts":["a.com:8443","b.com"]},"env":{"dynamic":false,"literal":["A","B"],"required":["A"],\
    "secret":["B"]},"functions":["env.env","router.routerMatch"],\
    "handler":{"path":"src/handler.ts"},"modules":["zigttp:env","zigttp:router"],\
    "properties":{"deterministic":true,"faultCovered":true,"idempotent":true,\
    "injectionSafe":true,"inputValidated":true,"noCredentialLeakage":true,\
    "noSecretLeakage":true,"piiContained":false,"readOnly":true,"resultsSafe":true,\
    "retrySafe":true,"stateIsolated":true},\
    "sql":{"dynamic":false,"queries":[{"name":"q","operation":"select",\
    "statement":"select 1 from t, a","tables":["a","t"]}]},\
    "verification":{"proofLevel":"partial"},"version":1}
    """

  @Test func writesTheDocument() {
    let contract = Self.full
    #expect(String(decoding: contract.canonicalBytes, as: UTF8.self) == Self.canonical)
    #expect(contract.sha256 == Digest.sha256(of: Self.canonical))
  }

  @Test func readsItBack() throws {
    let read = try Contract(bytes: Array(Self.canonical.utf8))
    #expect(read.canonicalBytes == Self.full.canonicalBytes)
    #expect(read.facts == Self.full.facts)
    #expect(read.env.literal == ["A", "B"])
    #expect(read.api.routes.last?.requiresBearer == true)
    let empty = Contract(handlerPath: "h.ts")
    let again = try Contract(document: empty.document)
    #expect(again.canonicalBytes == empty.canonicalBytes)
    #expect(again.proofLevel == .none)
  }

  @Test func hashesTheSameWhateverTheOrderOfDiscovery() {
    var other = Self.full
    other.env.literal.reverse()
    other.egress.hosts.reverse()
    other.egress.credentials.reverse()
    other.api.routes.reverse()
    other.modules += other.modules
    #expect(other.sha256 == Self.full.sha256)
    other.api.routes[0].pathParams.append("more")
    #expect(other.sha256 != Self.full.sha256)
  }

  @Test func refusesWhatIsMissingOrOfAnotherType() throws {
    func error(_ change: (inout JSONObject) -> Void) throws -> JSONError? {
      var object = try #require(Self.full.document.objectValue)
      change(&object)
      do throws(JSONError) {
        _ = try Contract(document: .object(object))
        return nil
      } catch { return error }
    }
    for key in try #require(Self.full.document.objectValue).keys
    where !["behaviors", "behaviorsExhaustive"].contains(key) {
      #expect(try error { $0[key] = nil }?.description.contains(key) == true, "\(key)")
      #expect(try error { $0[key] = .null }?.description.contains(key) == true, "\(key)")
    }
    #expect(try error { $0["more"] = 1 } == nil)
    #expect(
      try error { $0["version"] = 2 }
        == JSONError(.shape(path: "contract.version", expected: "1")))
    #expect(
      try error { $0["modules"] = ["a", 1] }?.description
        == "contract.modules: expected an array of strings")
    #expect(try error { $0["verification"] = ["proofLevel": "high"] } != nil)
    #expect(try error { $0["properties"] = ["readOnly": true] } != nil)
    #expect(
      try error { $0["api"] = ["routesDynamic": false, "routes": [["method": "GET"]]] }?.description
        == "contract.api.routes[0].path: expected a string")
    #expect(throws: JSONError.self) { try Contract(bytes: Array("[]".utf8)) }
    #expect(throws: JSONError.self) { try Contract(bytes: Array("{".utf8)) }
  }
}

@Suite struct FactsTests {
  @Test func comeFromTheContract() {
    var contract = Contract(handlerPath: "handler.ts")
    contract.env.literal = ["Z", "A", "Z"]
    contract.env.dynamic = true
    contract.cache.dynamic = true
    contract.egress.credentials = [
      Contract.EgressCredential(source: "API_TOKEN", header: "authorization", host: "api.x.com")
    ]
    contract.sql.queries = [
      Contract.SQLQuery(name: "q", operation: "select", statement: "", tables: ["b", "a"])
    ]
    contract.api.routes = [
      Contract.APIRoute(method: "POST", path: "/a", pathParams: []),
      Contract.APIRoute(method: "GET", path: "/a/*", pathParams: ["splat"]),
      Contract.APIRoute(method: "GET", path: "/a/*", pathParams: ["splat"]),
    ]
    contract.properties[.readOnly] = true
    let facts = contract.facts
    #expect(facts.contractSha == contract.sha256.hex)
    #expect(facts.envKeys == ["A", "Z"])
    #expect(facts.dynamic == [.cache, .env])
    #expect(facts.egressCredentials == ["API_TOKEN > api.x.com > authorization"])
    #expect(facts.sqlQueries == ["q select a,b"])
    #expect(
      facts.routes == [Route(pattern: "GET /a/", isPrefix: true), Route(pattern: "POST /a")])
    #expect(facts.routes.map(\.label) == ["GET /a/*", "POST /a"])
    // What the prover did not show does not hold, even where a foreign row would read as true.
    #expect(Property.allCases.filter(facts.holds) == [.readOnly])
  }

  @Test func haveTheirKeysInOrder() {
    let facts = Facts(
      contractSha: "ab", proofLevel: .complete, envKeys: ["A"], routes: [Route(pattern: "GET /")],
      properties: [.retrySafe: true], dynamic: [.sql])
    #expect(
      facts.json.minified
        == """
        {"contractSha":"ab","proofLevel":"complete","envKeys":["A"],"egressHosts":[],\
        "cacheNamespaces":[],"capabilities":[],"routes":[{"pattern":"GET /","isPrefix":false}],\
        "properties":{"retrySafe":true,"readOnly":false,"deterministic":true,\
        "injectionSafe":true,"idempotent":false,"stateIsolated":true,"noSecretLeakage":true,\
        "noCredentialLeakage":true,"inputValidated":true,"piiContained":true,\
        "resultsSafe":false,"faultCovered":false},"declaredSpecs":[],"dynamic":["sql"],\
        "egressCredentials":[],"sqlQueries":[],"allowedLeaks":[]}
        """)
    #expect(Facts(json: facts.json) == facts)
  }

  @Test func readRowsOfOthers() throws {
    let text = """
      {"contractSha":"ff","proofLevel":"excellent","envKeys":["B","A","B",7],"egressHosts":null,\
      "routes":["GET /x",{"pattern":"/old","isPrefix":true},{"isPrefix":true},5],\
      "properties":{"readOnly":true,"deterministic":false,"novel":true},"dynamic":["env","moon"],\
      "more":{"x":1.5}}
      """
    let facts = Facts(json: try JSONReader.lenient(Array(text.utf8)))
    #expect(facts.proofLevel == .none)
    #expect(facts.envKeys == ["A", "B"])
    #expect(facts.egressHosts.isEmpty)
    #expect(facts.routes == [Route(pattern: "/old", isPrefix: true), Route(pattern: "GET /x")])
    #expect(facts.dynamic == [.env])
    let held = Property.allCases.filter(facts.holds)
    #expect(
      held == [
        .readOnly, .injectionSafe, .stateIsolated, .noSecretLeakage, .noCredentialLeakage,
        .inputValidated, .piiContained,
      ])
  }

  @Test(arguments: [JSONValue.null, [], "x", .object([:])])
  func readNothingAsEmpty(_ json: JSONValue) {
    #expect(Facts(json: json) == Facts(contractSha: ""))
  }
}
