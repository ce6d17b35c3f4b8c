import JSONSchema

/// Values of a request, held against a schema where they are.
struct SchemaInstance: InstanceMaker {
  let context: CallContext

  func kind(of value: Value) -> InstanceKind {
    if value.isString { return .string }
    if value.isNumber { return value.number.isFinite ? .number : .other }
    if value.isBoolean { return .boolean }
    if value.isArray { return .array }
    if value.isUndefined || value.isFunction { return .other }
    guard value.isObject else { return .null }
    switch value.object.objectClass {
    case .plain, .headers: return .object
    default: return .other
    }
  }

  func isTrue(_ value: Value) -> Bool { value.isTrue }
  func number(_ value: Value) -> Double { value.number }

  func text(_ value: Value) throws(Fault) -> [UInt32] {
    let flat = try context.heap.flat(value.string)
    try context.spend(flat.count << 1)
    if flat.isASCII { return flat.ascii.map(UInt32.init) }
    var scalars: [UInt32] = []
    scalars.reserveCapacity(flat.count)
    var index = 0
    while index < flat.count {
      let (scalar, length) = Transcoding.scalar(in: flat.wide, at: index)
      scalars.append(scalar ?? UInt32(flat.wide[index]))
      index += length
    }
    return scalars
  }

  func count(_ value: Value) -> Int { value.array.count }
  func element(_ value: Value, _ index: Int) -> Value { value.array[index] }

  func member(_ value: Value, _ name: String) throws(Fault) -> Value? {
    let found = try context.heap.property(value.object, key: try context.heap.string(name))
    // What JSON leaves out is not there.
    guard let found, !found.isUndefined else { return nil }
    return found
  }

  func members(_ value: Value) throws(Fault) -> [(name: String, value: Value)] {
    var found: [(name: String, value: Value)] = []
    try context.heap.forEachProperty(value.object) { (key, value) throws(Fault) in
      try context.spend(4 + key.length)
      if !value.isUndefined { found.append((try context.heap.text(key), value)) }
    }
    return found
  }

  func value(ofName name: String) throws(Fault) -> Value { try context.value(name) }

  func spend(_ steps: Int) throws(Fault) { try context.spend(steps) }
  func checkDepth() throws(Fault) { try context.checkStack() }

  // MARK: Making

  func makeNull() -> Value { .null }
  func make(_ boolean: Bool) -> Value { Value(boolean) }
  func make(_ number: Double) -> Value { Value(number) }

  func parseNumber(_ text: [UInt32]) -> Double? {
    guard JSONNumber.isNumber(text) else { return nil }
    let bytes = text.map { UInt8(truncatingIfNeeded: $0) }
    let number = bytes.withUnsafeBufferPointer { NumberParsing.decimal($0) }
    return number.isFinite ? number : nil
  }

  func make(elements: [Value]) throws(Fault) -> Value {
    Value(try context.heap.makeArray(elements))
  }

  func make(members: [(name: String, value: Value)]) throws(Fault) -> Value {
    let object = try context.heap.makeObject(.plain, capacity: members.count)
    for member in members {
      try context.heap.setProperty(
        object, key: try context.heap.string(member.name), member.value)
    }
    return Value(object)
  }
}

/// Numbers as JSON writes them.
enum JSONNumber {
  /// Whether a text is one, and nothing else.
  /// Reference: RFC 8259, section 6.
  static func isNumber(_ text: [UInt32]) -> Bool {
    var rest = text[...]
    func isDigit(_ scalar: UInt32?) -> Bool { scalar.map { 0x30...0x39 ~= $0 } ?? false }
    func digits() -> Bool {
      guard isDigit(rest.first) else { return false }
      rest = rest.drop { 0x30...0x39 ~= $0 }
      return true
    }
    if rest.first == 0x2D { rest.removeFirst() }
    if rest.first == 0x30 {
      rest.removeFirst()
    } else if !digits() {
      return false
    }
    if rest.first == 0x2E {
      rest.removeFirst()
      if !digits() { return false }
    }
    if let mark = rest.first, mark | 0x20 == 0x65 {
      rest.removeFirst()
      if rest.first == 0x2B || rest.first == 0x2D { rest.removeFirst() }
      if !digits() { return false }
    }
    return rest.isEmpty
  }
}
