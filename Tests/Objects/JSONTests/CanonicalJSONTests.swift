import Digests
import JSON
import TestSupport
import Testing

@Suite struct CanonicalJSONTests {
  @Test func agreesWithTheVectors() throws {
    let lines = try Vectors.lines("canonical-json.jsonl")
    #expect(lines.count == 28)
    for line in lines {
      let input = try #require(line["input"]?.stringValue)
      let value = try? CanonicalJSON.parse(Array(input.utf8))
      let text = value.map { String(decoding: $0.canonicalBytes, as: UTF8.self) }
      #expect(text == line["canonical"]?.stringValue, "\(input)")
      #expect(
        value.map { Digest.sha256(of: $0.canonicalBytes).hex } == line["sha256"]?.stringValue,
        "\(input)")
      if let value { #expect(try CanonicalJSON.parseExact(value.canonicalBytes) == value) }
    }
  }

  @Test func namesTheReasonAndThePlace() {
    let cases: [(String, JSONError.Reason, Int)] = [
      ("", .unexpectedEnd, 0), ("[1,2", .unexpectedEnd, 4), ("{\"a\" 1}", .unexpectedByte(0x31), 5),
      ("[1] ]", .trailingBytes, 4), ("\"\\x\"", .invalidEscape, 1), ("-", .malformedNumber, 0),
      ("[-]", .malformedNumber, 1), ("1.", .malformedNumber, 0), ("1e", .malformedNumber, 0),
      ("[1.5]", .fraction, 1), ("-0", .negativeZero, 0), ("9007199254740992", .integerTooLarge, 0),
      ("99999999999999999999999999", .integerTooLarge, 0), ("\"a\nb\"", .controlCharacter(10), 2),
      ("{\"a\":1,\"a\":2}", .duplicateKey("a"), 7), ("\"\\udc00\"", .loneSurrogate, 1),
      ("\"\\ud800\\u0041\"", .loneSurrogate, 1), ("tru", .unexpectedEnd, 3),
      ("trux", .unexpectedByte(0x78), 3), ("{1:2}", .unexpectedByte(0x31), 1),
      ("\"\\u12\"", .unexpectedEnd, 1), ("\"\\u12g4\"", .invalidEscape, 1),
      ("\"abc", .unexpectedEnd, 4), ("\"a\\", .unexpectedEnd, 2),
    ]
    for (text, reason, offset) in cases {
      #expect(throws: JSONError(reason, offset: offset), "\(text)") {
        try JSONReader.strict(Array(text.utf8))
      }
    }
  }

  @Test func refusesInvalidUTF8InBothReadings() {
    for bytes: [UInt8] in [
      [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0x5c, 0x6e, 0xe2, 0x82, 0x22],
    ] {
      #expect(throws: JSONError(.invalidUTF8, offset: 1)) { try JSONReader.strict(bytes) }
      #expect(throws: JSONError(.invalidUTF8, offset: 1)) { try JSONReader.lenient(bytes) }
    }
  }

  @Test func boundsTheDepth() throws {
    let deepest = JSONReader.maxDepth
    let fits = String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest)
    #expect(try JSONReader.strict(Array(fits.utf8)).canonicalBytes == Array(fits.utf8))
    let deeper = String(repeating: "{\"a\":", count: 100_000)
    #expect(throws: JSONError.self) { try JSONReader.strict(Array(deeper.utf8)) }
    #expect(throws: JSONError.self) { try JSONReader.lenient(Array(deeper.utf8)) }
    let wide = "[" + String(repeating: "[],", count: 1000) + "[]]"
    #expect(try JSONReader.strict(Array(wide.utf8)).arrayValue?.count == 1001)
  }

  @Test func readsWhatOthersWrite() throws {
    func read(_ text: String) throws -> JSONValue { try JSONReader.lenient(Array(text.utf8)) }
    #expect(try read("1.50") == .decimal("1.50"))
    #expect(try read("-1e+9") == .decimal("-1e+9"))
    #expect(try read("18446744073709551616") == .decimal("18446744073709551616"))
    #expect(try read("{\"a\":1,\"b\":2,\"a\":3}") == ["a": 3, "b": 2])
    #expect(try read("\"x\\ud800y\"") == "x\u{fffd}y")
    #expect(try read("-0") == 0)
    for bad in ["01", "+1", ".5", "1.", "[1,]", "{\"a\":}", "nul", "\"\u{1}\"", "// c\n1"] {
      #expect(throws: JSONError.self, "\(bad)") { try read(bad) }
    }
  }

  @Test func findsRepeatedKeysInLargeObjectsToo() throws {
    let many = (0..<500).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    let value = try JSONReader.strict(Array("{\(many)}".utf8))
    #expect(value["k499"] == 499)
    #expect(throws: JSONError.self) { try JSONReader.strict(Array("{\(many),\"k250\":1}".utf8)) }
    #expect(try JSONReader.lenient(Array("{\(many),\"k250\":1}".utf8))["k250"] == 1)
  }

  @Test func comparesTextByBytesNotByUnicodeEquivalence() throws {
    let composed = "\u{e9}"
    let decomposed = "e\u{301}"
    #expect(composed == decomposed)
    #expect(JSONValue.string(composed) != JSONValue.string(decomposed))
    let both = try JSONReader.strict(Array("{\"\(composed)\":1,\"\(decomposed)\":2}".utf8))
    #expect(both.objectValue?.count == 2)
    #expect(both[decomposed] == 2)
  }

  @Test func keepsTheGivenOrderWhenMinified() throws {
    let value: JSONValue = [
      "b": 1, "a": ["x", .null, true, .object([:])], "c": "\"\u{1f}\u{7f}/é",
    ]
    #expect(value.minified == "{\"b\":1,\"a\":[\"x\",null,true,{}],\"c\":\"\\\"\\u001f\u{7f}/é\"}")
    #expect(
      String(decoding: value.canonicalBytes, as: UTF8.self)
        == "{\"a\":[\"x\",null,true,{}],\"b\":1,\"c\":\"\\\"\\u001f\u{7f}/é\"}")
    #expect(try JSONReader.strict(value.minifiedBytes) == value)
  }

  @Test func equalityAndHashIgnoreTheOrderOfMembers() {
    let a: JSONValue = ["x": 1, "y": ["p": 2, "q": 3]]
    let b: JSONValue = ["y": ["q": 3, "p": 2], "x": 1]
    #expect(a == b)
    #expect(Set([a, b]).count == 1)
    #expect(a != ["x": 1, "y": ["p": 2, "q": 4]])
    var object: JSONObject = ["a": 1]
    object["b"] = 2
    object["a"] = nil
    #expect(object.keys == ["b"])
  }

  @Test func refusesTextThatIsNotTheCanonicalSpelling() {
    #expect(throws: JSONError.self) {
      try CanonicalJSON.parseExact(Array("{\"b\":1,\"a\":2}".utf8))
    }
    #expect(throws: JSONError.self) { try CanonicalJSON.parseExact(Array("[1 ]".utf8)) }
  }
}
