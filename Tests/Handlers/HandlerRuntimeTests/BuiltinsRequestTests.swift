import Testing

@testable import HandlerRuntime

@Suite("What a handler may do to its request")
struct BuiltinsRequestTests {
  private let request = RuntimeRequest(
    method: "POST", target: "/a?b=1", headers: [(name: "X-A", value: "1")], body: Array("{}".utf8))

  private func answer(_ statements: String) throws -> String {
    let program = try ConformanceProgram(
      source: "export default (req) => { \(statements) };")
    return String(decoding: try program.answer(request).body, as: UTF8.self)
  }

  @Test(
    "a received field cannot be assigned, in whatever way",
    arguments: ["method", "url", "path", "query", "headers", "body"])
  func receivedFields(name: String) throws {
    let ways = [
      "req.\(name) = 'x';", "req['\(name)'] = 'x';", "req[['\(name)'].join()] = 'x';",
      "req.\(name) += 'x';", "req['\(name)'] += 'x';", "req.\(name) &&= 'x';",
      "const same = [req]; same[0].\(name) = req.\(name);",
      "Object.assign(req, { user: 1, \(name): 'x' });",
      "const set = (name) => { req[name] = 'x'; }; set('user'); set('\(name)');",
      "const set = (it) => { it.\(name) = 'x'; }; set({}); set({ \(name): 1 }); set(req);",
    ]
    for way in ways {
      let found = #expect(throws: Fault.self, "\(way)") {
        try answer("\(way) return Response.text('done');")
      }
      #expect(
        found?.message
          == "req.\(name) cannot be assigned: of a request's own fields only params can be",
        "\(way)")
    }
  }

  @Test("params can be assigned, and every field that a request does not bring")
  func freeFields() throws {
    let body = try answer(
      """
      req.params = { id: "7" };
      req.params.name = "x";
      req.user = { name: "ann" };
      req["trace"] = 1;
      req.trace += 1;
      Object.assign(req, { params: { ...req.params, more: 1 }, seen: true });
      return Response.json([req.params, req.user, req.trace, req.seen, req.path, req.method]);
      """)
    #expect(
      body == #"[{"id":"7","name":"x","more":1},{"name":"ann"},2,true,"/a","POST"]"#)
  }

  @Test("a copy of a request is an object like any other")
  func copies() throws {
    let body = try answer(
      """
      const copy = { ...req };
      copy.path = "/else";
      Object.assign(copy, { method: "GET" });
      return Response.json([copy.path, copy.method, req.path, req.method]);
      """)
    #expect(body == #"["/else","GET","/a","POST"]"#)
  }

  @Test(
    "json() of a body that is nested too deeply is undefined",
    arguments: ["[", #"{"a":"#, #"[{"é":"#])
  func deepBody(opening: String) throws {
    let program = try ConformanceProgram(
      source: "export default (req) => Response.json([req.json() === undefined]);")
    let body = Array(String(repeating: opening, count: 100_000).utf8)
    let answer = try program.answer(RuntimeRequest(method: "POST", target: "/", body: body))
    #expect(String(decoding: answer.body, as: UTF8.self) == "[true]")
  }
}
