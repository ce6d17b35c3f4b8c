import JSON
import Testing

@testable import JSONSchema

@Suite struct SchemaViolationTests {
  private func violations(_ schema: String, _ value: String) throws -> [String] {
    let schema = try Schema(text: schema.utf8)
    return schema.violations(of: try JSONReader.lenient(value.utf8), JSONInstance())
      .map { "\($0.path) \($0.message)" }
  }

  @Test func everythingThatIsWrongIsToldWithItsPlace() throws {
    let schema = #"""
      {"type": "object", "required": ["title", "a/b"], "additionalProperties": false,
       "properties": {
         "title": {"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^[a-z]*$"},
         "a/b": {"enum": [1, 2]},
         "tags": {"items": {"type": "string"}, "maxItems": 2, "uniqueItems": true},
         "price": {"minimum": 0, "multipleOf": 0.01}}}
      """#
    #expect(try violations(schema, #"{"title": "abc", "a/b": 1}"#) == [])
    #expect(
      try violations(schema, #"{"title": "ABCD", "tags": ["x", 1, "x"], "price": -1, "more": 1}"#)
        == [
          "/a~1b is missing", "/title must have at most 3 characters",
          "/tags must have at most 2 elements", "/tags/1 must be a string",
          "/tags/2 is there twice",
          "/price must be at least 0", "/more is not allowed",
        ])
    #expect(try violations(schema, "[]") == [" must be an object"])
  }

  @Test func messagesAreMadeOfTheSchemaAlone() throws {
    let secret = "correct horse"
    for schema in [
      #"{"const": "x"}"#, #"{"enum": ["x", "y"]}"#, #"{"pattern": "^x$"}"#, #"{"format": "uuid"}"#,
      #"{"maxLength": 1}"#, #"{"not": {"type": "string"}}"#, #"{"anyOf": [{"type": "null"}]}"#,
      #"{"oneOf": [{"type": "null"}]}"#, #"{"type": ["array", "null"]}"#, "false",
    ] {
      let found = try violations(schema, "\"\(secret)\"")
      #expect(found.count == 1)
      #expect(!found.joined().contains(secret))
    }
  }

  @Test func noMoreAreToldThanAreOfUse() throws {
    let many = "[\(Array(repeating: "1", count: 10_000).joined(separator: ","))]"
    #expect(
      try violations(#"{"items": {"type": "string"}}"#, many).count == Schema.mostViolations)
    // Where only a yes or no is asked for, the first is enough.
    #expect(try violations(#"{"not": {"items": {"type": "string"}}}"#, many) == [])
  }

  @Test func aSchemaThatGrowsTooLargeIsRefused() {
    let many = (0...Schema.mostNodes).map { "\"k\($0)\": true" }.joined(separator: ",")
    #expect(throws: SchemaError.self) { try Schema(text: "{\"$defs\": {\(many)}}".utf8) }
    let deep =
      String(repeating: "{\"not\":", count: 300) + "true" + String(repeating: "}", count: 300)
    #expect(throws: SchemaError.self) { try Schema(text: deep.utf8) }
  }

  @Test(arguments: [
    (
      #"{"properties": {"n": {"type": "integer"}, "b": {"type": "boolean"}}}"#,
      #"{"n": "12", "b": "true", "s": "12"}"#, #"{"b":true,"n":12,"s":"12"}"#
    ),
    (#"{"properties": {"n": {"type": ["integer", "string"]}}}"#, #"{"n": "12"}"#, #"{"n":"12"}"#),
    (#"{"properties": {"n": {"type": ["integer", "null"]}}}"#, #"{"n": ""}"#, #"{"n":null}"#),
    (#"{"properties": {"n": {"type": "integer"}}}"#, #"{"n": "0x10"}"#, #"{"n":"0x10"}"#),
    (#"{"properties": {"n": {"type": "integer"}}}"#, #"{"n": " 1"}"#, #"{"n":" 1"}"#),
    (
      ##"{"properties": {"n": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"allOf": [{"type": "number"}]}}}"##,
      #"{"n": "1e3"}"#, #"{"n":1000}"#
    ),
    (
      #"{"properties": {"l": {"type": "array", "items": {"type": "integer"}}}}"#,
      #"{"l": ["1", "x", true]}"#, #"{"l":[1,"x",true]}"#
    ),
    (
      #"{"properties": {"l": {"type": "array", "items": {"type": "integer"}}}}"#,
      #"{"l": "7"}"#, #"{"l":[7]}"#
    ),
    (
      #"{"patternProperties": {"^n": {"type": "integer"}}, "additionalProperties": {"type": "boolean"}}"#,
      #"{"n1": "1", "x": "false"}"#, #"{"n1":1,"x":false}"#
    ),
  ]) func textsBecomeWhatTheSchemaWants(schema: String, given: String, wanted: String) throws {
    let schema = try Schema(text: schema.utf8)
    let made = schema.coerced(
      try JSONReader.lenient(given.utf8), wrapsSingles: true, JSONInstance())
    #expect(String(decoding: made.canonicalBytes, as: UTF8.self) == wanted)
  }

  @Test func whatIsNoFormKeepsItsSingles() throws {
    let schema = try Schema(["type": "array"])
    #expect(schema.coerced("x", JSONInstance()) == "x")
    #expect(schema.coerced("x", wrapsSingles: true, JSONInstance()) == ["x"])
  }
}
