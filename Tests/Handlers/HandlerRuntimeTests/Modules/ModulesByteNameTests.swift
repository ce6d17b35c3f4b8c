import Contracts
import Encodings
import Testing

@testable import HandlerRuntime

/// "é" in one code point and in two: equal to Swift, two names to a handler.
private let short = "caf\u{E9}"
private let long = "cafe\u{301}"

@Suite("Names are told apart by their bytes")
struct ModulesByteNameTests {
  @Test func `Namespaces of the cache`() throws {
    let text = try evaluate(
      """
      [cacheSet("\(short)", "k", "1"), cacheSet("\(long)", "k", "2"), cacheGet("\(short)", "k"),
        cacheGet("\(long)", "k"), cacheStats("\(short)").size, cacheDelete("\(long)", "k"),
        cacheGet("\(short)", "k")]
      """, "cache", "cacheSet, cacheGet, cacheStats, cacheDelete"
    ) { $0.cache.namespaces = [long, short] }
    #expect(text == #"[true,true,"1","2",1,true,"1"]"#)
  }

  @Test func `What the contract lists`() throws {
    var contract = Contract(handlerPath: "handler.ts")
    contract.env.literal = [short]
    contract.env.required = [short]
    contract.cache.namespaces = [short]
    contract.egress.hosts = [short]
    let policy = ContractPolicy(contract)
    #expect(policy.allowsEnvironment(short) && !policy.allowsEnvironment(long))
    #expect(policy.allowsNamespace(short) && !policy.allowsNamespace(long))
    #expect(policy.allowsHost(short) && !policy.allowsHost(long))
    #expect(
      policy.missing(from: [ByteName(long): "1"]).map { Array($0.utf8) } == [Array(short.utf8)])
    #expect(policy.missing(from: [ByteName(short): "1"]) == [])
    // The Kelvin sign is an equal of K.
    contract.env.literal = ["API_KEY"]
    #expect(!ContractPolicy(contract).allowsEnvironment("API_\u{212A}EY"))
  }

  @Test func `Environment and cookies`() throws {
    let text = try evaluate(
      "[env(\"\(short)\") ?? null, env(\"\(long)\") ?? null]", "env", "env",
      environment: [ByteName(long): "1"]
    ) { $0.env.literal = [long, short] }
    #expect(text == #"[null,"1"]"#)
    #expect(Cookies.parse("\(short)=1; \(long)=2; \(short)=3").map(\.value) == ["1", "2"])
  }

  private func entry(_ key: String, _ path: String) throws -> Int? {
    let bytes = Array(path.utf8)
    return try bytes.withUnsafeBufferPointer {
      try RouteTable(keys: [key]).match(method: Array("GET".utf8), path: $0)?.entry
    }
  }

  @Test(arguments: [
    ("GET /a\u{E9}", "/a%C3%A9"), ("GET /a\u{E9}", "/a%c3%a9"), ("GET /a\u{E9}", "/a\u{E9}"),
    ("GET /a\u{E9}/:id/*", "/a%C3%A9/1/2"), ("GET /:x/\u{E9}", "/1/%C3%A9"),
    ("GET /a b", "/a%20b"), ("GET /100%", "/100%25"), ("GET /100%", "/100%"),
    ("GET /a%C3%A9", "/a%C3%A9"), ("GET /%25", "/%25"), ("GET /\u{1F600}", "/%F0%9F%98%80"),
    ("GET /e\u{301}", "/e%CC%81"),
  ])
  func `A literal takes what a URL has to encode`(_ key: String, _ path: String) throws {
    #expect(try entry(key, path) == 0)
  }

  @Test(arguments: [
    ("GET /\u{E9}", "/e%CC%81"), ("GET /e\u{301}", "/%C3%A9"), ("GET /a\u{E9}", "/a%C3"),
    ("GET /a\u{E9}", "/a%C3%A"), ("GET /a\u{E9}", "/a%C3%A9x"), ("GET /a\u{E9}", "/a%C3%G9"),
    ("GET /\u{E9}", "/%25C3%25A9"), ("GET /a\u{E9}", "/a"), ("GET /a\u{E9}", "/%61%C3%A9"),
    ("GET /admin", "/%61dmin"), ("GET /a b", "/a+b"), ("GET /a%C3%A9", "/a\u{E9}"),
  ])
  func `A literal takes nothing else`(_ key: String, _ path: String) throws {
    #expect(try entry(key, path) == nil)
  }

  @Test func `A handler answers a route that is not ASCII`() throws {
    let fixture = try HandlerFixture(
      """
      import { routerMatch } from "zigttp:router";
      const routes = { "GET /\(short)/:id": "s", "GET /\(long)/:id": "l" };
      export function handler(req) {
        const found = routerMatch(routes, req);
        return Response.text(found === undefined ? "none" : found.route + found.params.id);
      }
      """)
    #expect(fixture.text("GET", "/caf%C3%A9/%C3%BC") == "s\u{FC}")
    #expect(fixture.text("GET", "/cafe%CC%81/1") == "l1")
    #expect(fixture.text("GET", "/cafe/1") == "none")
  }
}
