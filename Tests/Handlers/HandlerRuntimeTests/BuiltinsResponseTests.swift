import Testing

@testable import HandlerRuntime

@Suite("Requests and responses")
struct BuiltinsResponseTests {
  private func answer(
    _ expression: String, _ request: RuntimeRequest = RuntimeRequest(method: "GET", target: "/")
  ) throws -> RuntimeResponse {
    try ConformanceProgram(source: "export default (req) => \(expression);").answer(request)
  }

  private func lines(_ response: RuntimeResponse) -> [String] {
    response.headers.map { "\($0.name): \($0.value)" }
  }

  @Test("a Response leaves as status, fields and bytes")
  func plainResponse() throws {
    let response = try answer(
      #"Response.json({ text: "é😀" }, { status: 201, headers: { "X-A": 1 } })"#)
    #expect(response.status == 201)
    #expect(lines(response) == ["content-type: application/json", "x-a: 1"])
    #expect(String(decoding: response.body, as: UTF8.self) == #"{"text":"é😀"}"#)
  }

  @Test("a lone surrogate leaves as U+FFFD, and as an escape in JSON")
  func loneSurrogates() throws {
    let text = try answer(#"Response.text("😀"[0] + "a")"#)
    #expect(text.body == Array("\u{FFFD}a".utf8))
    let json = try answer(#"Response.json("😀"[1])"#)
    #expect(json.body == Array(#""\ude00""#.utf8))
  }

  @Test("arrays of header values are one line each, in order")
  func severalLines() throws {
    let response = try answer(
      #"Response.text("x", { headers: { "Set-Cookie": ["a=1", "b=2"], Vary: "accept" } })"#)
    #expect(
      lines(response) == [
        "content-type: text/plain; charset=utf-8", "set-cookie: a=1", "set-cookie: b=2",
        "vary: accept",
      ])
  }

  @Test("a spread Response takes fields in any case, the later one wins")
  func spreadResponse() throws {
    let response = try answer(
      """
      (() => {
        const first = Response.json({ a: 1 }, { headers: { "X-A": "1" } });
        return { ...first, status: 202, headers: { ...first.headers, "Content-Type": "text/csv", "x-b": true } };
      })()
      """)
    #expect(response.status == 202)
    #expect(lines(response) == ["x-a: 1", "content-type: text/csv", "x-b: true"])
  }

  @Test("an object with a numeric status is a Response; text without a type is plain text")
  func objectResponse() throws {
    let text = try answer(#"({ status: 404, body: "no" })"#)
    #expect(text.status == 404)
    #expect(lines(text) == ["content-type: text/plain; charset=utf-8"])
    let empty = try answer("({ status: 204 })")
    #expect(empty.headers.isEmpty && empty.body.isEmpty)
    let page = try answer("({ status: 200, body: <p>{'<'}</p> })")
    #expect(lines(page) == ["content-type: text/html; charset=utf-8"])
    #expect(page.body == Array("<p>&lt;</p>".utf8))
    let number = try answer("({ status: 200, headers: { 'X-N': null }, body: 5 })")
    #expect(number.body == Array("5".utf8))
    #expect(lines(number) == ["content-type: text/plain; charset=utf-8"])
  }

  @Test("bodies that are no UTF-8 read with U+FFFD; a missing body is undefined")
  func requestBodies() throws {
    let expression = "Response.json([req.body === undefined, req.text(), req.json() === undefined])"
    let bad = RuntimeRequest(method: "POST", target: "/", body: [0x61, 0xFF, 0x62])
    #expect(try answer(expression, bad).body == Array("[false,\"a\u{FFFD}b\",true]".utf8))
    let none = RuntimeRequest(method: "POST", target: "/")
    #expect(try answer(expression, none).body == Array(#"[true,"",true]"#.utf8))
    let empty = RuntimeRequest(method: "POST", target: "/", body: [])
    #expect(try answer(expression, empty).body == Array(#"[false,"",true]"#.utf8))
  }

  @Test("queries decode as forms do")
  func queries() throws {
    func query(_ target: String) throws -> String {
      let request = RuntimeRequest(method: "GET", target: target)
      return String(decoding: try answer("Response.json(req.query)", request).body, as: UTF8.self)
    }
    #expect(try query("/") == "{}")
    #expect(try query("/?") == "{}")
    #expect(try query("/?a=1&b=%C3%A9+x&c&=d&a=2") == #"{"a":"2","b":"é x","c":"","":"d"}"#)
    #expect(try query("/?a=?b=c") == #"{"a":"?b=c"}"#)
    #expect(try query("/?%zz=%") == #"{"%zz":"%"}"#)
    #expect(try query("/?__proto__=1&constructor=2") == #"{"__proto__":"1","constructor":"2"}"#)
  }

  @Test("console lines hold texts as they are and data as JSON")
  func console() throws {
    let program = try ConformanceProgram(
      source: """
        export default (req) => {
          console.log("a", 1, true, null, undefined, { b: [1] }, ["x"]);
          console.error("é\\ud800");
          console.debug();
          return Response.text(String(Date.now()));
        };
        """)
    #expect(try program.body() == "1700000000123")
    let lines = program.log.all
    #expect(lines.map(\.0) == [.log, .error, .debug])
    #expect(lines.map(\.1) == [#"a 1 true null undefined {"b":[1]} ["x"]"#, "é\u{FFFD}", ""])
  }

  @Test("one isolate serves many requests, each with memory of its own")
  func manyRequests() throws {
    let program = try ConformanceProgram(
      source: """
        const base = { tags: ["a", "b"] };
        export default (req) => {
          const list = [...range(1000)].map((id) => ({ ...base, id, text: "x".repeat(100) + id }));
          return Response.json({ last: list.at(-1), parsed: JSON.parse(JSON.stringify(list)).length });
        };
        """, limits: Limits(requestBytes: 4 << 20))
    for _ in 0..<50 {
      #expect(
        try program.body().hasPrefix(#"{"last":{"tags":["a","b"],"id":999,"text":"xxx"#))
    }
  }
}
