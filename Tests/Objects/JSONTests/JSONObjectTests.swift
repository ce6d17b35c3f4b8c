import TestSupport
import Testing

@testable import JSON

@Suite struct JSONObjectTests {
  /// What an object has to be: a list of pairs, looked through from the front.
  private struct Model {
    var pairs: [(key: String, value: Int)] = []

    mutating func set(_ key: String, _ value: Int?) {
      let at = pairs.firstIndex { Array($0.key.utf8) == Array(key.utf8) }
      switch (at, value) {
      case (let at?, let value?): pairs[at].value = value
      case (let at?, nil): pairs.remove(at: at)
      case (nil, let value?): pairs.append((key, value))
      case (nil, nil): break
      }
    }
  }

  /// The same steps on both, few keys and many, so that tables come and go.
  @Test(arguments: [3, 30, 40, 300])
  func agreesWithAListOfPairs(keys: Int) {
    var random = SeededGenerator(seed: UInt64(keys))
    var object = JSONObject()
    var model = Model()
    for step in 0..<4000 {
      // Some keys differ in their bytes alone.
      let number = Int(random.next() % UInt64(keys))
      let key = number.isMultiple(of: 2) ? "caf\u{E9}\(number / 2)" : "cafe\u{301}\(number / 2)"
      let value = random.next() % 4 == 0 ? nil : step
      object[key] = value.map { .integer(Int64($0)) }
      model.set(key, value)
      #expect(object[key] == value.map { .integer(Int64($0)) })
    }
    #expect(object.keys.map { Array($0.utf8) } == model.pairs.map { Array($0.key.utf8) })
    #expect(object.members.map(\.value) == model.pairs.map { .integer(Int64($0.value)) })
  }

  @Test func aLargeObjectIsNotLookedThrough() throws {
    let text = "{" + (0..<1000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
    var object = try #require(try JSONReader.lenient(Array(text.utf8)).objectValue)
    #expect(object.hasTable)
    #expect(object["k999"] == 999 && object["k1000"] == nil)
    object["k500"] = nil
    #expect(object.hasTable && object["k500"] == nil && object["k501"] == 501)
    object["new"] = 1
    #expect(object.hasTable && object["k499"] == 499 && object["new"] == 1)
    #expect(try JSONReader.lenient(Array("{\"a\":1}".utf8)).objectValue?.hasTable == false)
  }
}
