import JSON
import TestSupport
import Testing

/// What holds of every value and of every text.
@Suite struct JSONLawTests {
  /// However it is laid out, a text is its value, and the value has one canonical spelling.
  @Test func writingThenReadingChangesNothing() throws {
    var random = RandomJSON()
    let seed = random.random.description
    for _ in 0..<600 {
      let value = random.value()
      let canonical = value.canonicalBytes
      let text = random.layout(value)
      for bytes in [canonical, value.minifiedBytes, Array(text.utf8)] {
        let read = try JSONReader.strict(bytes)
        #expect(read == value, "\(text) \(seed)")
        #expect(read.canonicalBytes == canonical, "\(text) \(seed)")
        #expect(try JSONReader.lenient(bytes) == value, "\(text) \(seed)")
        let isExact = (try? CanonicalJSON.parseExact(bytes)) != nil
        #expect(isExact == (bytes == canonical), "\(text) \(seed)")
      }
      // Unlike the canonical spelling, the minified one keeps the order of members.
      let keys = try JSONReader.strict(value.minifiedBytes).objectValue?.keys
      #expect(keys?.map { Array($0.utf8) } == value.objectValue?.keys.map { Array($0.utf8) })
    }
  }

  /// In the canonical spelling, keys stand in the order of their bytes and nothing is between.
  @Test func canonicalKeysAreInOrder() throws {
    var random = RandomJSON()
    let seed = random.random.description
    for _ in 0..<300 {
      let object = random.object(depth: 0)
      let spans = try JSONReader.members(of: JSONValue.object(object).canonicalBytes)
      let keys = spans.map { Array($0.key.utf8) }
      #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) }, "\(seed)")
      // `"key":` and one comma or bracket around each value.
      for (one, next) in zip(spans, spans.dropFirst()) {
        let quoted = JSONValue.string(next.key).minifiedBytes.count
        #expect(next.value.lowerBound == one.value.upperBound + 1 + quoted + 1, "\(seed)")
      }
    }
  }

  /// No beginning of an array, object or string is one, and nothing may follow it.
  @Test func everyBeginningIsRefused() throws {
    var random = RandomJSON()
    let seed = random.random.description
    for _ in 0..<16 {
      let value: JSONValue = [
        "a": random.value(depth: 2), "b": [random.value(depth: 1), "\u{e9}"],
      ]
      let bytes = Array(random.layout(value).trimmed.utf8)
      for count in 0..<bytes.count {
        let reading = Reading(bytes[..<count])
        let isRefused = reading.acceptedBy.isEmpty && reading.placesAreInside(count)
        if !isRefused { Issue.record("\(count) of \(bytes): \(reading.acceptedBy) \(seed)") }
      }
      for byte: UInt8 in [0, 0x22, 0x2c, 0x30, 0x5d, 0x7b, 0x7d, 0xff] {
        #expect(Reading((bytes + [byte])[...]).acceptedBy == [], "\(byte) behind \(bytes) \(seed)")
      }
    }
  }

  /// Of whatever bytes: what is read strictly is read leniently as the same value, and the readers
  /// that build no values take an object exactly where that which builds them does.
  @Test func theReadersAgreeOnDamagedTexts() throws {
    var random = RandomJSON()
    let seed = random.random.description
    var (accepted, refused) = (0, 0)
    for _ in 0..<4_000 {
      let object = JSONValue.object(random.object(depth: 2))
      let bytes = random.damaged(Array(random.layout(object).utf8))
      let reading = Reading(bytes[...])
      #expect(reading.placesAreInside(bytes.count), "\(bytes) \(seed)")
      if let strict = reading.strict { #expect(strict == reading.lenient, "\(bytes) \(seed)") }
      let isObject = reading.lenient?.objectValue != nil
      #expect((reading.members != nil) == isObject, "\(bytes) \(seed)")
      #expect((reading.cursor != nil) == isObject, "\(bytes) \(seed)")
      if reading.lenient == nil { refused += 1 } else { accepted += 1 }
      guard let lenient = reading.lenient else { continue }
      // What was read is written as itself, fractions and all.
      #expect(try JSONReader.lenient(lenient.minifiedBytes) == lenient, "\(bytes) \(seed)")
      guard let members = reading.members, let cursor = reading.cursor else { continue }
      var rebuilt: JSONObject = [:]
      for member in members { rebuilt[member.key] = try JSONReader.lenient(bytes[member.value]) }
      #expect(JSONValue.object(rebuilt) == lenient, "\(bytes) \(seed)")
      #expect(members.map(\.value) == cursor.map(\.value), "\(bytes) \(seed)")
      for (member, found) in zip(members, cursor) {
        let key = try JSONReader.lenient(bytes[found.key.lowerBound - 1...found.key.upperBound])
        #expect(key == .string(member.key), "\(bytes) \(seed)")
      }
    }
    // Neither half of the law is empty.
    #expect(accepted > 200 && refused > 200, "\(seed)")
  }

  /// Of a repeated key the last value counts, where the first stood; strictly it is refused.
  @Test func repeatedKeys() throws {
    var random = RandomJSON()
    let seed = random.random.description
    for _ in 0..<200 {
      let names = ["a", "b", "\u{e9}", "e\u{301}", "\\", "\""] + (0..<40).map { "k\($0)" }
      let count = Int.random(in: 2...60, using: &random.random)
      let pairs = (0..<count).map { at in
        JSONObject.Member(
          names.randomElement(using: &random.random) ?? "", .integer(Int64(at)))
      }
      let parts = pairs.map { member in
        random.layout(.string(member.key)) + ":" + random.layout(member.value)
      }
      let bytes = Array("{\(parts.joined(separator: ","))}".utf8)
      var keys: [[UInt8]] = []
      var last: [[UInt8]: JSONValue] = [:]
      for pair in pairs {
        let key = Array(pair.key.utf8)
        if last.updateValue(pair.value, forKey: key) == nil { keys.append(key) }
      }
      let read = try #require(try JSONReader.lenient(bytes).objectValue, "\(seed)")
      #expect(read.keys.map { Array($0.utf8) } == keys, "\(seed)")
      #expect(read.members.map(\.value) == keys.map { last[$0] }, "\(seed)")
      let strict = try? JSONReader.strict(bytes)
      #expect((strict != nil) == (keys.count == count), "\(seed)")
    }
  }
}

/// What each of the four readers makes of some bytes.
private struct Reading {
  var strict: JSONValue?
  var lenient: JSONValue?
  var members: [JSONReader.MemberSpan]?
  var cursor: [(key: Range<Int>, value: Range<Int>)]?
  var errors: [JSONError] = []

  init(_ slice: ArraySlice<UInt8>) {
    let bytes = Array(slice)
    func attempt<Result>(_ body: () throws(JSONError) -> Result) -> Result? {
      do throws(JSONError) { return try body() } catch {
        errors.append(error)
        return nil
      }
    }
    strict = attempt { () throws(JSONError) in try JSONReader.strict(bytes) }
    lenient = attempt { () throws(JSONError) in try JSONReader.lenient(bytes) }
    members = attempt { () throws(JSONError) in try JSONReader.members(of: bytes) }
    cursor = attempt { () throws(JSONError) in try Self.walk(bytes) }
  }

  private static func walk(
    _ bytes: [UInt8]
  ) throws(JSONError) -> [(key: Range<Int>, value: Range<Int>)] {
    let result = bytes.withUnsafeBufferPointer { buffer in
      var found: [(key: Range<Int>, value: Range<Int>)] = []
      do throws(JSONError) {
        var cursor = try JSONMemberCursor(buffer)
        while let key = try cursor.nextKey() {
          found.append((key: key, value: try cursor.skipValue()))
        }
        return Result<[(key: Range<Int>, value: Range<Int>)], JSONError>.success(found)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  var acceptedBy: [String] {
    (strict == nil ? [] : ["strict"]) + (lenient == nil ? [] : ["lenient"])
      + (members == nil ? [] : ["members"]) + (cursor == nil ? [] : ["cursor"])
  }

  /// Whether every error names a place of the text, or its end.
  func placesAreInside(_ count: Int) -> Bool {
    errors.allSatisfy { (0...count).contains($0.offset) && !$0.what.isEmpty }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
