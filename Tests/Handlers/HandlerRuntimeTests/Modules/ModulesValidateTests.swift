import HandlerLanguage
import Testing

@testable import HandlerRuntime

@Suite("zigttp:validate and zigttp:decode, called by handlers")
struct ModulesValidateTests {
  private static let note = """
    schemaCompile("note", JSON.stringify({
      type: "object", required: ["title"], additionalProperties: false,
      properties: {
        title: { type: "string", minLength: 1, pattern: "^[^<]*$" },
        count: { type: "integer", minimum: 1 },
        done: { type: "boolean" },
        tags: { type: "array", items: { type: "string" }, uniqueItems: true },
        note: { $ref: "#" },
      },
    }));
    """

  private func fixture(
    _ expression: String, schema: String = note, limits: Limits = Limits()
  ) throws -> HandlerFixture {
    try HandlerFixture(
      """
      import { schemaCompile, schemaDrop, validateJson, validateObject, coerceJson }
        from "zigttp:validate";
      import { decodeJson, decodeForm, decodeQuery } from "zigttp:decode";
      \(schema)
      export const handler = (req) => Response.json(\(expression));
      """, limits: limits)
  }

  private func answer(_ expression: String, body: String = "", target: String = "/") throws
    -> String
  {
    let fixture = try fixture(expression)
    let text = fixture.text("POST", target, body: body)
    return text.hasPrefix("Internal Server Error") ? fixture.log.texts.joined() : text
  }

  @Test(arguments: [
    (#"{"title":"a"}"#, #"{"ok":true,"value":{"title":"a"},"errors":[]}"#),
    (
      #"{"count":0}"#,
      #"{"ok":false,"error":"/title is missing","errors":[{"path":"/title","message":"is missing"},{"path":"/count","message":"must be at least 1"}]}"#
    ),
    (
      "[]",
      #"{"ok":false,"error":"must be an object","errors":[{"path":"","message":"must be an object"}]}"#
    ),
    (
      "{", #"{"ok":false,"error":"is not JSON","errors":[{"path":"","message":"is not JSON"}]}"#
    ),
    (
      #"{"title":"a","note":{"title":"<"}}"#,
      #"{"ok":false,"error":"/note/title does not match the pattern","errors":[{"path":"/note/title","message":"does not match the pattern"}]}"#
    ),
  ]) func `A body fits its schema, or all is told that is wrong`(
    body: String, wanted: String
  ) throws {
    for call in ["validateJson", "decodeJson"] {
      #expect(try answer("\(call)(\"note\", req.body)", body: body) == wanted)
    }
  }

  @Test func `A missing body is an error and no fault`() throws {
    let wanted =
      #"{"ok":false,"error":"is missing","errors":[{"path":"","message":"is missing"}]}"#
    for call in ["validateJson", "coerceJson", "decodeJson"] {
      #expect(try answer("\(call)(\"note\", undefined)") == wanted)
    }
    #expect(
      try answer(#"decodeForm("note", undefined).errors"#)
        == #"[{"path":"/title","message":"is missing"}]"#)
  }

  @Test(arguments: [
    ("title=a&count=2&done=true", #"{"title":"a","count":2,"done":true}"#),
    ("title=1&count=2.0", #"{"title":"1","count":2}"#),
    ("title=a+b%21&tags=x&tags=y", #"{"title":"a b!","tags":["x","y"]}"#),
    ("title=a&tags=x", #"{"title":"a","tags":["x"]}"#),
    ("title=a&title=b", #"{"title":"b"}"#),
  ]) func `Texts of a form become what the schema wants`(form: String, wanted: String) throws {
    #expect(try answer(#"decodeForm("note", req.body).value"#, body: form) == wanted)
    #expect(try answer(#"decodeQuery("note", "?" + req.body).value"#, body: form) == wanted)
  }

  @Test(arguments: [
    ("count=2x", "/count must be an integer"), ("count=", "/count must be an integer"),
    ("done=yes", "/done must be a boolean"), ("other=1", "/other is not allowed"),
    ("tags=x&tags=x", "/tags/1 is there twice"),
  ]) func `Texts that are nothing else are told`(form: String, wanted: String) throws {
    #expect(
      try answer(#"decodeForm("note", req.body).error"#, body: "title=a&" + form)
        == "\"\(wanted)\"")
  }

  @Test func `A query is taken as it is`() throws {
    #expect(
      try answer(#"decodeQuery("note", req.query).value"#, target: "/?title=x&count=3&tags=a")
        == #"{"title":"x","count":3,"tags":["a"]}"#)
  }

  @Test func `JSON is turned as well where that is asked for`() throws {
    let body = #"{"title":"x","count":"3"}"#
    #expect(
      try answer(#"coerceJson("note", req.body).value"#, body: body) == #"{"title":"x","count":3}"#)
    #expect(
      try answer(#"validateJson("note", req.body).error"#, body: body)
        == #""/count must be an integer""#)
    // One value is no list there.
    #expect(
      try answer(#"coerceJson("note", req.body).error"#, body: #"{"title":"x","tags":"a"}"#)
        == #""/tags must be an array""#)
  }

  @Test func `What fits is a copy`() throws {
    let body = """
      const given = { title: "a", tags: ["x"], count: undefined };
      const r = validateObject("note", given);
      given.title = "changed";
      given.tags.push("y");
      r.value.done = true;
      return Response.json([r.value, given]);
      """
    let fixture = try HandlerFixture(
      """
      import { schemaCompile, validateObject } from "zigttp:validate";
      \(Self.note)
      export function handler(req) { \(body) }
      """)
    #expect(
      fixture.text()
        == #"[{"title":"a","tags":["x"],"done":true},{"title":"changed","tags":["x","y"]}]"#)
  }

  @Test(arguments: [
    "(x) => x", "{ title: (x) => x }", "Response.json(1)",
    "{ title: \"a\", note: undefined, tags: [undefined] }",
    "{ title: \"a\", count: NaN }", "undefined",
  ]) func `What is no JSON fits nothing`(value: String) throws {
    #expect(try answer("validateObject(\"note\", \(value)).ok") == "false")
    let any = try fixture(
      "validateObject(\"any\", \(value)).ok", schema: #"schemaCompile("any", true);"#)
    #expect(any.text() == "false")
  }

  @Test func `Headers fit as an object`() throws {
    let fixture = try fixture(
      #"validateObject("h", req.headers).value"#,
      schema: #"schemaCompile("h", { required: ["x-a"], properties: { "x-a": { const: "1" } } });"#)
    #expect(fixture.text(headers: [("X-A", "1")]) == #"{"x-a":"1"}"#)
  }

  @Test func `A name that is not known is a fault that does not tell it`() throws {
    for call in ["validateJson(req.query.n, \"1\")", "decodeForm(req.query.n, \"\")"] {
      let log = try answer(call, target: "/?n=hidden")
      #expect(log.contains("there is no schema of that name"))
      #expect(!log.contains("hidden"))
    }
  }

  @Test func `A schema that was dropped is none`() throws {
    let fixture = try fixture(
      "validateJson(req.query.n, \"{}\").ok",
      schema: #"schemaCompile("a", {}); const was = [schemaDrop("a"), schemaDrop("b")];"#)
    #expect(fixture.answer("GET", "/?n=a").status == 500)
  }

  // MARK: Limits

  private static let deep = ##"schemaCompile("deep", { items: { $ref: "#" } });"##

  @Test func `Values as deep as the stack allows, and no deeper, are a fault of one request`()
    throws
  {
    let fixture = try fixture("validateJson(\"deep\", req.body).ok", schema: Self.deep)
    let text = { (count: Int) in
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(fixture.text("POST", body: text(500)) == "true")
    let deeper = fixture.answer("POST", body: text(400_000))
    #expect(deeper.status == 500 || String(decoding: deeper.body, as: UTF8.self) == "false")
    #expect(fixture.text("POST", body: text(500)) == "true")
  }

  @Test func `A value that contains itself is a fault`() throws {
    let fixture = try HandlerFixture(
      """
      import { schemaCompile, validateObject } from "zigttp:validate";
      \(Self.deep)
      export function handler(req) {
        const list = [];
        list.push(list);
        return Response.json(validateObject("deep", list).ok);
      }
      """)
    #expect(fixture.answer().status == 500)
    #expect(fixture.log.texts.joined().contains("nested too deeply"))
  }

  @Test(arguments: [
    // Twice as much work at each level of the schema, on one byte.
    (
      (0..<40).map {
        ##""a\##($0)": { allOf: [{ $ref: "#/$defs/a\##($0 + 1)" }, { $ref: "#/$defs/a\##($0 + 1)" }] }"##
      }
      .joined(separator: ", "), "1"
    ),
    (
      #""a0": { pattern: "((a?){30}b?){30}c" }, "a40": {}"#,
      "\"\(String(repeating: "a", count: 400_000))\""
    ),
  ]) func `Work without end is ended by the limit of steps`(definitions: String, body: String)
    throws
  {
    let fixture = try fixture(
      "validateJson(\"s\", req.body).ok",
      schema: "schemaCompile(\"s\", { $ref: \"#/$defs/a0\", $defs: { \(definitions), a40: {} } });")
    #expect(fixture.answer("POST", body: body).status == 500)
    #expect(fixture.log.texts.joined().contains("more steps than its limit"))
  }

  @Test(arguments: [
    #"{ items: { type: "string" } }"#, "{ uniqueItems: true }", #"{ contains: { const: 5 } }"#,
    #"{ not: { const: [] } }"#, #"{ prefixItems: [{ type: "null" }] , items: { enum: [1] } }"#,
  ]) func `Work is counted with the size of the value`(schema: String) throws {
    func steps(_ count: Int) throws -> Int {
      let fixture = try fixture(
        "[req.json().length, validateObject(\"s\", req.json()).ok]",
        schema: "schemaCompile(\"s\", \(schema));")
      let list = "[\((0..<count).map { "\($0)" }.joined(separator: ","))]"
      _ = fixture.answer("POST", body: list)
      return Application.Limits().steps - fixture.engine.isolate.heap.state.pointee.steps
    }
    let (few, many) = (try steps(100), try steps(10_100))
    #expect(many - few >= 10_000)
  }

  @Test func `Errors beyond what is of use are not made`() throws {
    let fixture = try fixture(
      #"validateJson("s", req.body).errors.length"#,
      schema: #"schemaCompile("s", { items: { type: "string" } });"#)
    let list = "[\(Array(repeating: "1", count: 100_000).joined(separator: ","))]"
    #expect(fixture.text("POST", body: list) == "64")
  }
}
