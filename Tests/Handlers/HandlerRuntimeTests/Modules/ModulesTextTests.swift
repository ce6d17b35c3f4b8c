import Contracts
import Testing

@testable import HandlerRuntime

@Suite("Text, header fields and routes of the modules")
struct ModulesTextTests {
  private func apply(_ body: ([UInt16]) -> [UInt16], _ text: String) -> String {
    String(decoding: body(Array(text.utf16)), as: UTF16.self)
  }

  @Test func `HTML is escaped and read back`() {
    #expect(apply(TextTools.escapeHTML, "<a b=\"c\">'&é") == "&lt;a b=&quot;c&quot;&gt;&#39;&amp;é")
    #expect(apply(TextTools.unescapeHTML, "&lt;&gt;&quot;&#39;&amp;&apos;") == "<>\"'&'")
    #expect(apply(TextTools.unescapeHTML, "&#65;&#x41;&#X41;&#128512;") == "AAA😀")
    for text in ["&", "&;", "&bogus;", "&#;", "&#0;", "&#xD800;", "&#x110000;", "&#+65;", "&amp"] {
      #expect(apply(TextTools.unescapeHTML, text) == text)
    }
    #expect(apply(TextTools.unescapeHTML, "&amp;lt;") == "&lt;")
    let text = "a<b>&\"'ü😀"
    #expect(apply(TextTools.unescapeHTML, apply(TextTools.escapeHTML, text)) == text)
  }

  @Test(arguments: [
    ("Hello, World!", "hello-world"), ("  --a  b--  ", "a-b"), ("Crème Brûlée", "creme-brulee"),
    ("Straße Æther Łódź", "strasse-aether-lodz"), ("don't", "dont"), ("日本", ""), ("a日b", "a-b"),
    ("ÀÖØöøÿ × ÷", "aooooy"), ("Ĳ Œuvre ſ Žižek Ğ", "ij-oeuvre-s-zizek-g"), ("", ""),
    ("2026/11/23", "2026-11-23"), ("e\u{301}", "e"),
  ]) func `Slugs are words with dashes`(text: String, slug: String) {
    #expect(apply(TextTools.slugify, text) == slug)
  }

  @Test func `Every Latin letter can be folded`() {
    for unit in UInt16(0)...0x200 { _ = TextTools.slugify([unit]) }
    #expect(TextTools.slugify(Array(UInt16(0x100)...0x17F)).count == 132)
  }

  @Test func `Truncation counts the ellipsis and keeps pairs whole`() {
    func cut(_ text: String, _ limit: Int, _ ellipsis: String = "…") -> String {
      apply({ TextTools.truncate($0, limit: limit, ellipsis: Array(ellipsis.utf16)) }, text)
    }
    #expect(cut("hello", 5) == "hello")
    #expect(cut("hello!", 5) == "hell…")
    #expect(cut("hello", 3, "...") == "...")
    #expect(cut("hello", 2, "...") == "..")
    #expect(cut("hello", 0) == "")
    #expect(cut("a😀bc", 3) == "a…")
    #expect(cut("a😀bcd", 4) == "a😀…")
  }

  @Test func `Masking shows the end of long text only`() {
    func masked(_ text: String, _ visible: Int) -> String {
      apply({ TextTools.mask($0, visible: visible) }, text)
    }
    #expect(masked("sk_live_12345678", 4) == "************5678")
    #expect(masked("123456789012345", 4) == "***************")
    #expect(masked("abc", 0) == "***")
    #expect(masked("", 4) == "")
  }

  @Test func `Cookies are read leniently`() {
    let pairs = Cookies.parse("a=1; b=\"two\";c=%C3%A9; a=3; bad; =x; d=%FF;e=a=b").map {
      "\($0.name)=\($0.value)"
    }
    #expect(pairs == ["a=1", "b=two", "c=é", "d=%FF", "e=a=b"])
  }

  @Test func `Cookies are written strictly`() throws {
    var options = Cookies.Options()
    #expect(try Cookies.set(name: "s", value: "a b;\"é", options) == "s=a%20b%3B%22%C3%A9")
    options.path = "/"
    options.domain = "example.com"
    options.maxAgeSeconds = 60
    options.sameSite = "lax"
    options.isHTTPOnly = true
    options.isSecure = true
    options.expires = "Thu, 01 Jan 1970 00:00:00 GMT"
    #expect(
      try Cookies.set(name: "s", value: "v", options)
        == "s=v; Path=/; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60; "
        + "SameSite=Lax; HttpOnly; Secure")
    #expect(throws: Cookies.Refusal.name) {
      try Cookies.set(name: "a b", value: "", Cookies.Options())
    }
    options.sameSite = "Loose"
    #expect(throws: Cookies.Refusal.sameSite) { try Cookies.set(name: "a", value: "", options) }
    options.path = "/; Secure"
    #expect(throws: Cookies.Refusal.attribute("Path")) {
      try Cookies.set(name: "a", value: "", options)
    }
  }

  @Test(arguments: [
    ("application/json", "text/html, application/json", "application/json"),
    ("text/html;q=0.5, application/json;q=0.9", "text/html, application/json", "application/json"),
    ("*/*", "text/html, application/json", "text/html"),
    ("", "text/html, application/json", "text/html"),
    ("text/*;q=0.8, */*;q=0.1", "application/json, text/plain", "text/plain"),
    ("text/html;q=0, */*", "text/html, image/png", "image/png"),
    ("text/plain", "text/html", ""), ("text/html;q=2", "text/html", ""),
    ("en;q=0.5, de", "en, de", "de"), ("TEXT/HTML", "text/html", "text/html"),
    ("text/html;level=\"a,b\";q=0.1, */*;q=0.5", "text/html, a/b", "a/b"),
  ]) func `Negotiation follows quality, then order`(accept: String, offered: String, best: String) {
    let offers = HTTPFields.parts(offered, separator: UInt8(ascii: ","))
    #expect(HTTPFields.negotiate(accept: accept, offered: offers) ?? "" == best)
  }

  @Test func `Content types have parameters`() {
    let type = HTTPFields.contentType(
      "Multipart/Form-Data; Boundary=\"a;\\\"b\"; charset = UTF-8 ; bad; charset=x")
    #expect(type.type == "multipart/form-data")
    #expect(type.parameter("boundary") == "a;\"b")
    #expect(type.parameter("charset") == "UTF-8")
    #expect(type.parameters.count == 2)
    #expect(HTTPFields.contentType("").type == "")
  }

  @Test func `CORS headers say what is allowed`() {
    var options = CORSHeaders.Options()
    options.methods = ["GET", "PUT"]
    options.headers = ["x-a"]
    options.maxAgeSeconds = 5
    options.allowsCredentials = true
    func lines(_ origin: String) -> [String] {
      CORSHeaders.make(origin: origin, options).map { "\($0.name): \($0.value)" }
    }
    #expect(
      lines("https://a.b") == [
        "access-control-allow-origin: https://a.b", "access-control-allow-methods: GET, PUT",
        "access-control-allow-headers: x-a", "access-control-max-age: 5",
        "access-control-allow-credentials: true", "vary: origin",
      ])
    #expect(!lines("*").contains { $0.hasPrefix("vary") || $0.contains("credentials") })
  }

  private func match(_ keys: [String], _ method: String, _ path: String) throws -> String? {
    let table = try RouteTable(keys: keys)
    let bytes = Array(path.utf8)
    guard
      let found = bytes.withUnsafeBufferPointer({
        table.match(method: Array(method.utf8), path: $0)
      })
    else { return nil }
    let parameters = zip(table.names[found.entry], found.ranges).map {
      " \($0)=\(String(decoding: bytes[$1], as: UTF8.self))"
    }
    return "\(found.entry)" + parameters.joined()
  }

  @Test func `Routes match in order, by method and segment`() throws {
    let keys = [
      "GET /", "GET /users/me", "GET /users/:id", "POST /users/:id", "GET /users/:id/posts/:post",
      "GET /files/*", "* /any", "HEAD /head", "GET /head",
    ]
    #expect(try match(keys, "GET", "/") == "0")
    #expect(try match(keys, "GET", "/users/me") == "1")
    #expect(try match(keys, "GET", "/users/42") == "2 id=42")
    #expect(try match(keys, "POST", "/users/me") == "3 id=me")
    #expect(try match(keys, "GET", "/users/a/posts/b%2Fc") == "4 id=a post=b%2Fc")
    #expect(try match(keys, "GET", "/files/a/b") == "5 splat=a/b")
    #expect(try match(keys, "GET", "/files/") == "5 splat=")
    #expect(try match(keys, "DELETE", "/any") == "6")
    #expect(try match(keys, "HEAD", "/users/42") == "2 id=42")
    #expect(try match(keys, "HEAD", "/head") == "7")
    #expect(try match(keys, "GET", "/head") == "8")
    for path in ["/files", "/users", "/users/", "/users/a/", "/users/a/posts", "/nope", "", "x"] {
      #expect(try match(keys, "GET", path) == nil, "\(path)")
    }
    #expect(try match(keys, "PUT", "/") == nil)
    #expect(try match(["GET /a/:x", "GET /a/b"], "GET", "/a/b") == "0 x=b")
  }

  @Test(arguments: ["/a", "GET", "GET a", "GET /a/*/b", "GET /:", "", " /a", "G@T /a"])
  func `A malformed key is named`(key: String) {
    #expect(throws: RouteTable.Malformed.self) { try RouteTable(keys: [key]) }
  }

  @Test func `What the contract does not list is refused unless the section is dynamic`() {
    var contract = Contract(handlerPath: "handler.ts")
    contract.env.literal = ["A", "B"]
    contract.env.required = ["B", "A"]
    contract.cache.namespaces = ["n"]
    contract.egress.hosts = ["api.x.com"]
    let policy = ContractPolicy(contract)
    #expect(policy.allowsEnvironment("A") && !policy.allowsEnvironment("C"))
    #expect(policy.allowsNamespace("n") && !policy.allowsNamespace("m"))
    #expect(policy.allowsHost("api.x.com") && !policy.allowsHost("http://api.x.com"))
    #expect(policy.missing(from: ["A": ""]) == ["B"])
    let services = HostServices(
      policy: policy, environment: ["A": "1", "SECRET": "s"],
      cache: CacheService(maximumBytes: 1), log: LogService { _ in })
    #expect(services.environment == ["A": "1"])
    contract.env.dynamic = true
    contract.cache.dynamic = true
    contract.egress.dynamic = true
    let open = ContractPolicy(contract)
    #expect(open.allowsEnvironment("C") && open.allowsNamespace("m") && open.allowsHost("y"))
  }

  @Test func `A log line is one JSON object`() {
    let lines = LineBox()
    let log = LogService(clock: HostClock { 0 }) { lines.append($0) }
    log.write(level: .warn, message: Array("a\"b\\\n\u{1}é".utf8), context: Array("[1]".utf8))
    log.write(level: .info, message: [0xFF, 0x41])
    log.write(level: .error, "m", context: ["a": .strings(["x", "y"]), "b": true])
    #expect(
      lines.texts == [
        #"{"ts":"1970-01-01T00:00:00.000Z","level":"warn","message":"a\"b\\\n\u0001é","context":[1]}"#
          + "\n",
        "{\"ts\":\"1970-01-01T00:00:00.000Z\",\"level\":\"info\",\"message\":\"\u{FFFD}A\"}\n",
        #"{"ts":"1970-01-01T00:00:00.000Z","level":"error","message":"m","context":{"a":["x","y"],"b":true}}"#
          + "\n",
      ])
  }
}
