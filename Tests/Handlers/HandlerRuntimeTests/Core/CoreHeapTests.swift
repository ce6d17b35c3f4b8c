import Testing

@testable import HandlerRuntime

@Suite("Core: values and heap")
struct CoreHeapTests {
  /// Runs something with the heap of an isolate that serves a request.
  private func withHeap<Result>(
    _ body: (CallContext) throws(Fault) -> Result
  ) throws -> Result {
    try CoreProgram("export const handler = () => 1").isolate.withRequest(body)
  }

  @Test func numbersKeepTheirBits() {
    for number in [
      0.0, -0.0, 1.5, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ] {
      #expect(Value(number).isNumber)
      #expect(Value(number).number.bitPattern == number.bitPattern)
      #expect(!Value(number).isString && !Value(number).isUndefined)
    }
    for payload in [UInt64(1), 0x7_ffff_ffff_ffff] {
      let nan = Double(bitPattern: 0xfff8_0000_0000_0000 | payload)
      #expect(Value(nan).bits == Value.nan.bits)
    }
    #expect(Value(arithmetic: .infinity - .infinity).isNumber)
  }

  @Test func kindsDoNotOverlap() {
    let values: [Value] = [
      .undefined, .null, .true, .false, .zero, .nan, .empty, .normal, .breakSignal,
      .continueSignal, .shortCircuit,
    ]
    for (i, a) in values.enumerated() {
      for (j, b) in values.enumerated() { #expect(Value.same(a, b) == (i == j)) }
    }
    #expect(Value.undefined.isNullish && Value.null.isNullish && !Value.false.isNullish)
    #expect(Value.true.isBoolean && Value.false.isBoolean && !Value.null.isBoolean)
  }

  @Test(
    arguments: [
      (0, 0), (-0.0, 0), (1, 1), (4_294_967_295, 4_294_967_295), (4_294_967_296, nil), (-1, nil),
      (1.5, nil), (.nan, nil), (.infinity, nil), (9_007_199_254_740_992, nil), (0.1, nil),
    ] as [(Double, Int?)])
  func indices(_ number: Double, _ expected: Int?) {
    #expect(Value(number).index == expected)
  }

  @Test(
    arguments: [
      (0, 0), (1.9, 1), (-1.9, -1), (2_147_483_648, -2_147_483_648), (4_294_967_296, 0),
      (4_294_967_297, 1), (-2_147_483_649, 2_147_483_647), (.nan, 0), (.infinity, 0),
      (1e21, -559_939_584), (6_442_450_944.5, -2_147_483_648),
    ] as [(Double, Int32)])
  func integers(_ number: Double, _ expected: Int32) {
    #expect(Conversion.int32(number) == expected)
  }

  @Test func stringsOfEveryKind() throws {
    try withHeap { (c) throws(Fault) in
      let heap = c.heap
      let ascii = try heap.string("plain")
      let wide = try heap.string("wide é😀")
      #expect(ascii.length == 5 && !ascii.isWide)
      #expect(wide.length == 8 && wide.isWide)
      #expect(try heap.text(wide) == "wide é😀")
      #expect(try heap.utf8(wide) == Array("wide é😀".utf8))
      let lone = try heap.withUnits([0x41, 0xD800])
      #expect(try heap.text(lone) == "A\u{FFFD}")
      let slice = try heap.slice(try heap.flat(wide), 0, 4)
      let same = try heap.string("wide")
      #expect(try heap.equal(slice, same))
      #expect(try heap.hash(slice) == heap.hash(same))
      #expect(try heap.string(utf8: [0x61, 0xFF, 0x62]).length == 3)
      let long = try heap.string(String(repeating: "ab", count: 40))
      let rope = try heap.concat(long, try heap.concat(wide, long))
      #expect(rope.isRope && rope.isWide && rope.length == 168)
      #expect(
        try heap.text(rope)
          == String(repeating: "ab", count: 40) + "wide é😀" + String(repeating: "ab", count: 40))
      #expect(!rope.isRope)
      #expect(try heap.text(heap.lowercasedASCII(heap.string("AbÉ"))) == "abÉ")
    }
  }

  @Test func buildersGrowAndWiden() throws {
    try withHeap { (c) throws(Fault) in
      var builder = try StringBuilder(c.heap, capacity: 1)
      var expected = ""
      for number in 0..<300 {
        try builder.append(number: Double(number))
        try builder.append(",")
        expected += "\(number),"
        if number % 7 == 0 { _ = try c.heap.makeObject() }
        if number == 200 {
          try builder.append(try c.heap.string("é"))
          try builder.append(unit: 0x2603)
          expected += "é☃"
        }
      }
      let string = try builder.finish()
      #expect(try c.heap.text(string) == expected)
      #expect(string.length == expected.utf16.count)
    }
  }

  @Test func objectsKeepOrderAndGrow() throws {
    try withHeap { (c) throws(Fault) in
      let heap = c.heap
      let object = try heap.makeObject(capacity: 0)
      for name in ["b", "10", "a", "2", "4294967295", "00"] {
        try heap.setProperty(object, key: try heap.string(name), Value(name.count))
      }
      var keys: [String] = []
      try heap.forEachProperty(object) { (key, _) throws(Fault) in
        keys.append(try heap.text(key))
      }
      #expect(keys == ["2", "10", "b", "a", "4294967295", "00"])
      #expect(heap.property(object, .status) == nil)
      try heap.setProperty(object, .status, Value(200))
      #expect(heap.property(object, .status)?.number == 200)
      for index in 0..<500 {
        try heap.setProperty(object, key: try heap.string("k\(index)"), Value(index))
      }
      #expect(object.isDictionary)
      #expect(heap.propertyCount(object) == 507)
      #expect(try heap.property(object, key: heap.string("k499"))?.number == 499)
      #expect(heap.property(object, .status)?.number == 200)
      #expect(try heap.property(object, key: heap.string("missing")) == nil)
      let copy = try heap.makeObject()
      try heap.copyProperties(from: object, to: copy)
      #expect(heap.propertyCount(copy) == 507)
    }
  }

  @Test func arraysGrowAndShrink() throws {
    try withHeap { (c) throws(Fault) in
      let array = try c.heap.makeArray(capacity: 0)
      for index in 0..<100 { try c.heap.append(array, Value(index)) }
      #expect(array.count == 100 && array[99].number == 99 && array[100].isUndefined)
      #expect(array[-1].isUndefined)
      try c.heap.setElement(array, 105, .true)
      #expect(array.count == 106 && array[103].isUndefined && array[105].isTrue)
      try c.heap.setCount(array, 2)
      #expect(array.count == 2 && array[1].number == 1)
    }
  }

  @Test func arenasGiveBackAndLimit() throws {
    var arena = try Arena(reserving: 3 << 20)
    let start = arena.next
    try arena.commit(upTo: start + 100)
    #expect(arena.committed >= start + 100)
    #expect(throws: Fault.self) { try arena.commit(upTo: start + 3 << 20 + 1) }
    arena.next = start + 50
    arena.reset()
    #expect(arena.next == start)
  }
}

extension Value {
  fileprivate static func == (a: Value?, b: Value) -> Bool { a.map { same($0, b) } ?? false }
}
