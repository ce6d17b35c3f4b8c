import HandlerLanguage
import Testing

@testable import HandlerRuntime

/// `{"sub":"7"}`, signed with `s`.
private let good =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3In0.OIF8Anil_PMc4a6en3GhRk8sdd1lNzhgzEn77Xgm52U"
/// The code of the fox under `key`.
private let hex = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
private let base64 = "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
private let rightSignatures: [String] = [
  hex, "sha256=\(hex)", hex.uppercased(), base64, "sha256=\(base64)",
]
private let wrongSignatures: [String] = [
  "\(hex.dropLast())9", "\(hex.dropLast())", "", "sha1=\(hex)", "\(hex)00",
]

@Suite("zigttp:auth and zigttp:ratelimit, called by handlers")
struct ModulesAuthTests {
  private static let names =
    "parseBearer, jwtVerify, jwtSign, verifyWebhookSignature, timingSafeEqual"

  @Test(arguments: [
    (#"parseBearer("Bearer a.b-c")"#, #""a.b-c""#), (#"parseBearer("bEaReR \t x ")"#, #""x""#),
    (#"parseBearer("Bearer")"#, "null"), (#"parseBearer("Bearer  ")"#, "null"),
    (#"parseBearer("Bearerx y")"#, "null"), (#"parseBearer("Basic x")"#, "null"),
    (#"parseBearer("Bearer a b")"#, "null"), ("parseBearer(undefined)", "null"),
    (#"parseBearer("\u{2}earer x")"#, "null"),
  ]) func parseBearer(expression: String, result: String) throws {
    #expect(try evaluate("(\(expression)) ?? null", "auth", Self.names) == result)
  }

  @Test func `A token is signed as everybody signs it`() throws {
    #expect(try evaluate(#"jwtSign({ sub: "7" }, "s")"#, "auth", Self.names) == "\"\(good)\"")
    #expect(
      try evaluate(#"jwtSign('{"sub":"7"}', "s")"#, "auth", Self.names) == "\"\(good)\"")
    #expect(
      try evaluate("jwtVerify(\"\(good)\", \"s\").value", "auth", Self.names)
        == #"{"sub":"7"}"#)
  }

  @Test(
    arguments: [
      // Signed with the right secret, but for another algorithm, or none.
      (
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.QxBdQ2Gf3O-_-LK6kdGqQlPvzCJKKp1Lkp--Ky0hvCI",
        "the token's algorithm is not HS256"
      ),
      ("eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.", "the token's algorithm is not HS256"),
      (
        "eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiI3In0.jISf82dH9257Z6N444CtbC1jtFpE_o96WAeXGMgZDw0",
        "the token's algorithm is not HS256"
      ),
      (
        "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6dHJ1ZX0.eyJzdWIiOiI3In0.nlpZ_B5NW7nGrtwqFtaFxsGO_SQ-DDwZzry1wg2KYww",
        "the token has critical extensions"
      ),
      (
        "eyJhbGciOiJIUzI1NiJ9.WzFd.qEXORdQO_D8spFI4gpcMSq5xlCT9WrSe9yNHk__EXtw",
        "the claims are not an object"
      ),
      (
        "eyJhbGciOiJIUzI1NiJ9.ew.d83m0dyhZwKc1q-rzAX-ENekQ1nMmluebMleF2wPibo",
        "the claims are not an object"
      ),
      ("MQ.eyJzdWIiOiI3In0.WEiuinpsOp3m8upI3DK5879LBCdbt5xaQcH4hyqBIUc", "the token is malformed"),
      ("", "the token is malformed"), ("a.b", "the token is malformed"),
      ("\(good).x", "the token is malformed"), ("\(good)=", "the token is malformed"),
      // The last digit's spare bits: the same bytes in another spelling.
      ("\(good.dropLast())V", "the token is malformed"),
      ("\(good.dropLast(2))I0", "the signature is wrong"),
    ] as [(String, String)]) func `A token that is not right is an error`(
      token: String, why: String
    ) throws
  {
    let source = "jwtVerify(\"\(token)\", \"s\")"
    #expect(try evaluate(source, "auth", Self.names) == #"{"ok":false,"error":"\#(why)"}"#)
  }

  @Test(
    arguments: [
      ("{ exp: 10 }", "", nil), ("{ exp: 9.999 }", "", "the token has expired"),
      ("{ exp: '99' }", "", "exp is not a number"), ("{ nbf: 9.9 }", "", nil),
      ("{ nbf: 10 }", "", "the token is not valid yet"),
      ("{ nbf: null }", "", "nbf is not a number"),
      ("{ iss: 'a' }", "{ iss: 'a' }", nil),
      ("{ iss: 'a' }", "{ issuer: 'b' }", "the issuer is another"),
      ("{}", "{ iss: 'a' }", "the issuer is another"),
      ("{ iss: ['a'] }", "{ iss: 'a' }", "the issuer is another"),
      ("{ aud: 'a' }", "{ aud: 'a' }", nil), ("{ aud: ['b', 'a'] }", "{ audience: 'a' }", nil),
      ("{ aud: ['b'] }", "{ aud: 'a' }", "the token is for another audience"),
      ("{}", "{ aud: 'a' }", "the token is for another audience"),
    ] as [(String, String, String?)]) func `Claims are checked`(
      claims: String, options: String, why: String?
    ) throws
  {
    let fixture = try HandlerFixture(
      """
      import { jwtSign, jwtVerify } from "zigttp:auth";
      export const handler = (req) =>
        Response.json(jwtVerify(jwtSign(\(claims), "s"), "s"\(options.isEmpty ? "" : ", " + options)));
      """)
    // The claims are about 9,999 milliseconds.
    fixture.hand.advance(milliseconds: 9_999 - fixture.hand.clock.milliseconds())
    let text = fixture.text()
    if let why {
      #expect(text == #"{"ok":false,"error":"\#(why)"}"#)
    } else {
      #expect(text.hasPrefix(#"{"ok":true,"#), "\(text)")
    }
  }

  @Test(arguments: [
    (#"jwtVerify("t", "")"#, "the secret is empty"),
    (#"jwtVerify("t", undefined)"#, "the secret is missing"),
    (#"jwtVerify(undefined, "s")"#, "there is no token"),
  ]) func `What is missing is an error`(expression: String, why: String) throws {
    #expect(try evaluate(expression, "auth", Self.names) == #"{"ok":false,"error":"\#(why)"}"#)
  }

  private static let fox = "\"The quick brown fox jumps over the lazy dog\""

  @Test(arguments: rightSignatures) func `A signature is right in each spelling`(
    signature: String
  ) throws {
    let call = "verifyWebhookSignature(\(Self.fox), \"\(signature)\", \"key\")"
    #expect(try evaluate(call, "auth", Self.names) == "true")
  }

  @Test(arguments: wrongSignatures) func `Another signature is wrong`(signature: String) throws {
    let call = "verifyWebhookSignature(\(Self.fox), \"\(signature)\", \"key\")"
    #expect(try evaluate(call, "auth", Self.names) == "false")
  }

  @Test(arguments: [
    (#"timingSafeEqual("abc", "abc")"#, true), (#"timingSafeEqual("abc", "abd")"#, false),
    (#"timingSafeEqual("abc", "ab")"#, false), (#"timingSafeEqual("", "")"#, true),
    (#"timingSafeEqual("é", "é")"#, true),
    // In UTF-8 both would be the same replacement.
    (#"timingSafeEqual("\ud800", "\ufffd")"#, false),
    ("timingSafeEqual(undefined, undefined)", false),
    (#"verifyWebhookSignature("a", undefined, "key")"#, false),
    (#"verifyWebhookSignature(undefined, "a", "key")"#, false),
  ]) func comparing(expression: String, isEqual: Bool) throws {
    #expect(try evaluate(expression, "auth", Self.names) == "\(isEqual)")
  }

  @Test(arguments: [
    ("auth", "jwtSign", #"jwtSign({}, "")"#), ("auth", "jwtSign", "jwtSign({}, undefined)"),
    ("auth", "jwtSign", #"jwtSign([], "s")"#), ("auth", "jwtSign", #"jwtSign("[1]", "s")"#),
    ("auth", "jwtSign", #"jwtSign("{", "s")"#),
    ("auth", "verifyWebhookSignature", #"verifyWebhookSignature("a", "b", "")"#),
    ("auth", "jwtVerify", #"jwtVerify("a", "s", { aud: undefined })"#),
    ("auth", "jwtVerify", #"jwtVerify("a", "s", { ["audiense"]: "x" })"#),
    ("auth", "jwtVerify", #"jwtVerify("a", "s", ["x"][0])"#),
    ("ratelimit", "rateCheck", #"rateCheck("k", 0, 1)"#),
    ("ratelimit", "rateCheck", #"rateCheck("k", 1, 1.5)"#),
    ("ratelimit", "rateCheck", #"rateCheck("k", 1, -1)"#),
    ("ratelimit", "rateCheck", "rateCheck(undefined, 1, 1)"),
    ("ratelimit", "rateReset", "rateReset(undefined)"),
  ]) func `A wrong argument is a fault that names the function`(
    module: String, name: String, call: String
  ) throws {
    let log = try evaluate(call, module, name)
    #expect(log.contains(#""level":"error","message":"\#(name): "#), "\(log)")
  }

  @Test func `Calls are counted by key in windows`() throws {
    let fixture = try HandlerFixture(
      """
      import { rateCheck, rateReset } from "zigttp:ratelimit";
      export function handler(req) {
        if (req.path === "/reset") return Response.json(rateReset(req.query.k));
        return Response.json(rateCheck(req.query.k, 2, 2));
      }
      """)
    #expect(fixture.text("GET", "/?k=a") == #"{"ok":true,"value":{"remaining":1,"resetMs":2000}}"#)
    fixture.hand.advance(milliseconds: 500)
    #expect(fixture.text("GET", "/?k=a") == #"{"ok":true,"value":{"remaining":0,"resetMs":1500}}"#)
    #expect(
      fixture.text("GET", "/?k=a") == #"{"ok":false,"error":{"resetMs":1500,"retryAfter":2}}"#)
    #expect(fixture.text("GET", "/?k=b") == #"{"ok":true,"value":{"remaining":1,"resetMs":2000}}"#)
    #expect(fixture.text("GET", "/reset?k=a") == "true")
    #expect(fixture.text("GET", "/reset?k=a") == "false")
    #expect(fixture.text("GET", "/?k=a") == #"{"ok":true,"value":{"remaining":1,"resetMs":2000}}"#)
    fixture.hand.advance(milliseconds: 2000)
    #expect(fixture.text("GET", "/?k=b") == #"{"ok":true,"value":{"remaining":1,"resetMs":2000}}"#)
  }

  @Test func `A key that is too large is never within its limit`() {
    let service = RateLimitService(maximumBytes: 1000, clock: HostClock { 0 })
    let large = [UInt8](repeating: 1, count: 2000)
    #expect(!service.check(key: large, windowSeconds: 1, limit: 5).isAllowed)
    #expect(service.check(key: [1], windowSeconds: 1, limit: 5).remaining == 4)
  }

  @Test func `Every row of the table has a native`() {
    var registry = NativeRegistry()
    Builtins.register(
      in: &registry, services: BuiltinServices(now: { 0 }, random: { 0 }, log: { _, _, _ in }))
    ModuleNatives.register(in: &registry)
    for function in ModuleFunction.allCases {
      #expect(registry.modules[function] != nil, "\(function.rawValue) has a row and no native")
    }
  }
}
