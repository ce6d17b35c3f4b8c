import Testing

@testable import HandlerRuntime

@Suite("Module functions, called by handlers")
struct ModulesHandlerTests {
  @Test(arguments: [
    (#"sha256("abc")"#, #""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#),
    (#"sha256("é")"#, #""4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c""#),
    (
      #"hmacSha256("Jefe", "what do ya want for nothing?")"#,
      #""5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843""#
    ),
    (#"base64Encode("héllo")"#, #""aMOpbGxv""#), (#"base64Decode("aMOpbGxv")"#, #""héllo""#),
    (#"base64Encode(12)"#, #""MTI=""#),
  ]) func `crypto`(expression: String, result: String) throws {
    #expect(
      try evaluate(expression, "crypto", "sha256, hmacSha256, base64Encode, base64Decode") == result
    )
  }

  @Test(arguments: [
    (#"escapeHtml("<a>&\"'")"#, #""&lt;a&gt;&amp;&quot;&#39;""#),
    (#"unescapeHtml("&lt;&#x41;&amp;lt;")"#, #""<A&lt;""#),
    (#"slugify("Crème Brûlée, 2x!")"#, #""creme-brulee-2x""#),
    (#"truncate("hello world", 8)"#, #""hello w…""#),
    (#"truncate("hello world", 8, "...")"#, #""hello...""#),
    (#"mask("sk_live_12345678", 4)"#, #""************5678""#), (#"mask("abc")"#, #""***""#),
  ]) func `text`(expression: String, result: String) throws {
    #expect(
      try evaluate(expression, "text", "escapeHtml, unescapeHtml, slugify, truncate, mask")
        == result)
  }

  @Test(arguments: [
    (#"formatIso(1776602096789)"#, #""2026-04-19T12:34:56.789Z""#),
    (#"formatHttp(0)"#, #""Thu, 01 Jan 1970 00:00:00 GMT""#),
    (#"parseIso("2026-04-19T14:34:56.789+02:00")"#, "1776602096789"),
    (#"addSeconds(1000, 1.5)"#, "2500"),
  ]) func `time`(expression: String, result: String) throws {
    #expect(
      try evaluate(expression, "time", "formatIso, formatHttp, parseIso, addSeconds") == result)
  }

  @Test(arguments: [
    (
      ##"urlParse("https://u:p@Ex.com:8443/a?b=c#d")"##,
      ##"{"href":"https://u:p@Ex.com:8443/a?b=c#d","origin":"https://ex.com:8443","protocol":"https:","host":"ex.com:8443","hostname":"ex.com","port":"8443","pathname":"/a","search":"?b=c","hash":"#d"}"##
    ),
    (
      #"urlParse(req.url).search"#, #""?x=1&y=a+b&x=2""#
    ),
    (#"urlSearchParams("?a=1&b=x%20y&a=2")"#, #"{"a":"2","b":"x y"}"#),
    (#"urlSearchParams(undefined)"#, "{}"), (#"urlEncode("a b/é")"#, #""a%20b%2F%C3%A9""#),
    (#"urlDecode("a+b%2F%C3%A9")"#, #""a b/é""#),
  ]) func `url`(expression: String, result: String) throws {
    #expect(
      try evaluate(expression, "url", "urlParse, urlSearchParams, urlEncode, urlDecode") == result)
  }

  @Test(arguments: [
    (#"parseCookies(req.headers.cookie)"#, #"{"s":"1","t":"é"}"#),
    (#"parseCookies(undefined)"#, "{}"),
    (
      #"setCookie("s", "a b", { path: "/", maxAgeSeconds: 60, sameSite: "lax", httpOnly: true, expires: 0 })"#,
      #""s=a%20b; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60; SameSite=Lax; HttpOnly""#
    ),
    (
      #"negotiate(req.headers.accept, ["text/html", "application/json"])"#, #""application/json""#
    ),
    (#"negotiate("text/html", "text/plain, text/html")"#, #""text/html""#),
    (#"negotiate("image/png", "text/plain") === undefined"#, "true"),
    (
      #"parseContentType("text/html; charset=utf-8")"#,
      #"{"type":"text/html","charset":"utf-8","parameters":{"charset":"utf-8"}}"#
    ),
    (
      #"cors("https://a.b", { methods: ["GET", "PUT"], credentials: true, maxAge: 5 })"#,
      #"{"access-control-allow-origin":"https://a.b","access-control-allow-methods":"GET, PUT","access-control-max-age":"5","access-control-allow-credentials":"true","vary":"origin"}"#
    ),
  ]) func `http`(expression: String, result: String) throws {
    #expect(
      try evaluate(
        expression, "http", "parseCookies, setCookie, negotiate, parseContentType, cors") == result)
  }

  @Test func `id`() throws {
    #expect(try evaluate("[uuid().length, ulid().length]", "id", "uuid, ulid") == "[36,26]")
    #expect(try evaluate("[nanoid().length, nanoid(5).length]", "id", "nanoid") == "[21,5]")
  }

  @Test(arguments: [
    ("crypto", "base64Decode", #"base64Decode("?")"#), ("crypto", "sha256", "sha256([{}][0])"),
    ("url", "urlParse", #"urlParse("nope")"#), ("url", "urlDecode", #"urlDecode("%4")"#),
    ("time", "parseIso", #"parseIso("today")"#), ("time", "formatIso", "formatIso(NaN)"),
    ("time", "formatIso", #"formatIso(["0"][0])"#), ("id", "nanoid", "nanoid(0)"),
    ("id", "nanoid", "nanoid(1.5)"), ("text", "truncate", #"truncate("a", -1)"#),
    ("http", "setCookie", #"setCookie("a b", "")"#),
    ("http", "setCookie", #"setCookie("a", "", { sameSite: "x" })"#),
    ("http", "setCookie", #"setCookie("a", "", [5][0])"#),
  ]) func `A wrong argument is a fault of that request that names the function`(
    module: String, name: String, call: String
  ) throws {
    let log = try evaluate(call, module, name)
    #expect(log.contains(#""level":"error","message":"\#(name): "#), "\(log)")
    #expect(log.contains(#""stack":["handler.ts:2"#), "\(log)")
  }

  @Test(arguments: [
    #"Response.text("", { headers: { "X-A": "a" + req.query.line } })"#,
    #"{ status: "many" }"#, #"[1, 2].map((x) => x)"#,
  ]) func `What is wrong with an answer names the place of the handler`(answer: String) throws {
    let fixture = try HandlerFixture(
      "const first = 1;\n\nexport function handler(req) { return \(answer); }")
    let response = fixture.answer("GET", "/?line=%0A")
    #expect(response.status == 500)
    let log = fixture.log.texts.last ?? ""
    #expect(log.contains(#""stack":["handler.ts:3""#), "\(log)")
  }

  @Test func `env answers what the contract lists`() throws {
    let source = "[env(\"A\"), env(\"B\") ?? null]"
    #expect(
      try evaluate(source, "env", "env", environment: ["A": "1", "C": "3"]) {
        $0.env.literal = ["A", "B"]
      } == #"["1",null]"#)
    let refused = try evaluate(source, "env", "env", environment: ["A": "1", "B": "2"]) {
      $0.env.literal = ["A"]
    }
    #expect(refused.contains("env: the name is not in the contract"))
    #expect(refused.contains(#""kind":"refused""#))
    #expect(
      try evaluate(
        "env(req.method)", "env", "env", environment: ["GET": "x"],
        contract: { $0.env.dynamic = true })
        == #""x""#)
  }

  @Test func `The cache is kept between requests and within its contract`() throws {
    let fixture = try HandlerFixture(
      """
      import { cacheGet, cacheSet, cacheDelete, cacheIncr, cacheStats } from "zigttp:cache";
      export function handler(req) {
        const key = req.query.k ?? "k";
        if (req.path === "/set") return Response.json(cacheSet("n", key, req.query.v, 10));
        if (req.path === "/get") return Response.json(cacheGet("n", key) ?? null);
        if (req.path === "/delete") return Response.json(cacheDelete("n", key));
        if (req.path === "/incr") return Response.json(cacheIncr("n", "count", 2, 10));
        if (req.path === "/plus") return Response.json(cacheIncr("n", key));
        if (req.path === "/stats") return Response.json([cacheStats("n"), cacheStats()]);
        return Response.json(cacheGet("other", "k"));
      }
      """, contract: { $0.cache.namespaces = ["n"] })
    #expect(fixture.text("GET", "/get") == "null")
    #expect(fixture.text("GET", "/set?v=%C3%A9") == "true")
    #expect(fixture.text("GET", "/get") == "\"é\"")
    #expect(fixture.text("GET", "/incr") == "2")
    #expect(fixture.text("GET", "/incr") == "4")
    #expect(
      fixture.text("GET", "/stats")
        == #"[{"hits":1,"misses":1,"size":2},{"hits":1,"misses":1,"size":2}]"#)
    #expect(fixture.text("GET", "/plus").contains("fault"))
    #expect(fixture.text("GET", "/delete") == "true")
    #expect(fixture.text("GET", "/set?v=1") == "true")
    fixture.hand.advance(milliseconds: 10_000)
    #expect(fixture.text("GET", "/get") == "null")
    #expect(fixture.answer("GET", "/other").status == 500)
    #expect(fixture.log.texts.last?.contains("the namespace is not in the contract") == true)
  }

  @Test func `Routes are found and their parameters decoded`() throws {
    let fixture = try HandlerFixture(
      """
      import { routerMatch } from "zigttp:router";
      const routes = {
        "GET /": (req) => Response.text("home"),
        "GET /users/:id": (req) => Response.json([req.params, found(req).route]),
        "GET /files/*": (req) => Response.text(req.params.splat),
        "POST /users": "create",
      };
      const found = (req) => routerMatch(routes, req);
      export function handler(req) {
        const match = found(req);
        if (match === undefined) return Response.text("none", { status: 404 });
        if (match.route === "create") return Response.text("created");
        req.params = match.params;
        return match.handler(req);
      }
      """)
    #expect(fixture.text("GET", "/") == "home")
    #expect(fixture.text("HEAD", "/") == "home")
    #expect(fixture.text("GET", "/users/a%2Fb?q") == #"[{"id":"a/b"},"GET /users/:id"]"#)
    #expect(fixture.text("GET", "/files/x/y%20z") == "x/y z")
    #expect(fixture.text("POST", "/users") == "created")
    #expect(fixture.text("GET", "/users/é") == #"[{"id":"é"},"GET /users/:id"]"#)
    #expect(fixture.answer("DELETE", "/").status == 404)
    #expect(fixture.answer("GET", "/constructor").status == 404)
  }

  @Test func `A table that is made anew for each request is found too`() throws {
    let fixture = try HandlerFixture(
      """
      import { routerMatch } from "zigttp:router";
      export function handler(req) {
        const found = routerMatch({ "GET /a/:x": 1, [`GET ${req.path}`]: 2 }, req);
        return Response.json([found?.handler ?? null, found?.params?.x ?? null]);
      }
      """)
    for index in 0..<20 {
      #expect(fixture.text("GET", "/a/\(index)") == "[1,\"\(index)\"]")
      #expect(fixture.text("GET", "/b\(index)") == "[2,null]")
    }
  }

  @Test func `pipe runs guards, the plain function, then guards over the response`() throws {
    let fixture = try HandlerFixture(
      """
      import { guard, pipe } from "zigttp:compose";
      const signedIn = (req) =>
        req.headers.authorization === undefined ? Response.text("no", { status: 401 }) : undefined;
      const main = (req) => Response.text("hello");
      const tag = (res) => ({ ...res, headers: { ...res.headers, "x-tag": "1" } });
      export const handler = pipe(guard(signedIn), main, guard(tag));
      """)
    #expect(fixture.answer().status == 401)
    let answer = fixture.answer(headers: [("Authorization", "x")])
    #expect(answer.status == 200)
    #expect(answer.headers.contains { $0.name == "x-tag" && $0.value == "1" })
  }

  @Test func `Logs are JSON lines; console too`() throws {
    let fixture = try HandlerFixture(
      """
      import { logInfo, logError } from "zigttp:log";
      export function handler(req) {
        logInfo("hi", { a: [1, "x"] });
        logError("bad");
        console.warn("careful", 2);
        return Response.text("ok");
      }
      """)
    #expect(fixture.text() == "ok")
    let lines = fixture.log.texts
    #expect(lines.count == 3)
    #expect(lines[0].hasSuffix(#""level":"info","message":"hi","context":{"a":[1,"x"]}}"# + "\n"))
    #expect(lines[1].hasSuffix(#""level":"error","message":"bad"}"# + "\n"))
    #expect(lines[2].contains(#""level":"warn","message":"careful 2""#))
  }

  @Test func `A fault is answered with an id that the log has too, without values`() throws {
    let fixture = try HandlerFixture(
      """
      function inner(req) {
        return req.query.secret.value();
      }
      export const handler = (req) => inner(req);
      """)
    let answer = fixture.answer("GET", "/?secret=hush")
    #expect(answer.status == 500)
    let body = String(decoding: answer.body, as: UTF8.self)
    let line = fixture.log.texts[0]
    let id = body.split(separator: " ").last.map { String($0).filter { $0 != "\n" } } ?? ""
    #expect(id.count == 12 && line.contains(id))
    #expect(line.contains(#""stack":["handler.ts:2","handler.ts:4""#))
    #expect(!line.contains("hush"))
    #expect(fixture.answer("GET", "/?secret=again").status == 500)
  }

  @Test(arguments: [("/deep", "stack"), ("/memory", "memory"), ("/steps", "steps")])
  func `A limit ends that request alone`(path: String, kind: String) throws {
    let fixture = try HandlerFixture(
      """
      const deep = (n) => deep(n + 1) + 1;
      export function handler(req) {
        if (req.path === "/deep") return Response.json(deep(0));
        if (req.path === "/memory") {
          const all = [];
          for (const i of range(10000000)) all.push({ i });
          return Response.json(all.length);
        }
        if (req.path === "/steps") for (const i of range(10000000)) req.path.length;
        return Response.text("fine");
      }
      """, limits: Limits(steps: 1_000_000, requestBytes: 4 << 20))
    for _ in 0..<2 {
      #expect(fixture.answer("GET", path).status == 500)
      #expect(fixture.log.texts.last?.contains("\"kind\":\"\(kind)\"") == true)
      #expect(fixture.text("GET", "/x") == "fine")
    }
  }
}
