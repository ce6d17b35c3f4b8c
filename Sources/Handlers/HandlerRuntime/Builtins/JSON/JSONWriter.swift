/// Values to JSON text, straight into the arena.
///
/// Reference: ECMAScript 2023, 25.5.2, without `toJSON`.
struct JSONWriter {
  private let c: CallContext
  private var out: StringBuilder
  /// A function that replaces values, or undefined.
  private let replacer: Value
  /// Keys to write, of a replacer array.
  private let allowedKeys: ArrayRef?
  /// One level of indentation; empty: everything on one line.
  private let indent: FlatString
  private var depth = 0
  /// An object or array on the path from the root that later ones are compared with. On a path
  /// that comes back to itself it is met again, and comparing with one costs nothing (Brent).
  private var mark: UnsafeMutableRawPointer?
  private var markDepth = 0
  private var nextMark = 1

  private init(
    _ c: CallContext, replacer: Value, allowedKeys: ArrayRef?, indent: FlatString
  ) throws(Fault) {
    self.c = c
    out = try StringBuilder(c.heap, capacity: 256)
    self.replacer = replacer
    self.allowedKeys = allowedKeys
    self.indent = indent
  }

  /// `JSON.stringify(value)`; nil for what has no JSON.
  static func text(of value: Value, _ c: CallContext) throws(Fault) -> StringRef? {
    guard isWritten(value) else { return nil }
    let nothing = try c.heap.flat(try c.heap.string(""))
    var writer = try JSONWriter(c, replacer: .undefined, allowedKeys: nil, indent: nothing)
    try writer.write(value)
    return try writer.out.finish()
  }

  /// `JSON.stringify(value, replacer, space)`; nil for what has no JSON.
  static func text(
    of value: Value, replacer: Value, space: Value, _ c: CallContext
  ) throws(Fault) -> StringRef? {
    var writer = try JSONWriter(
      c, replacer: replacer.isFunction ? replacer : .undefined,
      allowedKeys: try allowedKeys(replacer, c), indent: try indentation(space, c))
    var root = value
    if replacer.isFunction { root = try c.call(replacer, try c.text(""), value) }
    guard isWritten(root) else { return nil }
    try writer.write(root)
    return try writer.out.finish()
  }

  private static func allowedKeys(_ list: Value, _ c: CallContext) throws(Fault) -> ArrayRef? {
    guard let list = list.asArray else { return nil }
    // An object keeps each key once and in order.
    let seen = try c.heap.makeObject()
    let keys = try c.heap.makeArray()
    for index in 0..<list.count where list[index].isString || list[index].isNumber {
      try c.spend(1)
      let key = try c.toKey(list[index])
      if try c.heap.property(seen, key: key) == nil {
        try c.heap.setProperty(seen, key: key, .true)
        try c.heap.append(keys, Value(key))
      }
    }
    return keys
  }

  private static func indentation(_ space: Value, _ c: CallContext) throws(Fault) -> FlatString {
    if space.isNumber {
      let count = min(10, max(0, try c.toInteger(space)))
      return try c.heap.flat(try c.heap.string(String(repeating: " ", count: count)))
    }
    guard let text = space.asString else { return try c.heap.flat(try c.heap.string("")) }
    let units = try c.heap.flat(text)
    return units.part(0, min(10, units.count))
  }

  /// Whether a value has JSON: undefined, functions and elements do not.
  private static func isWritten(_ value: Value) -> Bool {
    !value.isUndefined && !value.isFunction
      && !(value.isObject && value.object.objectClass == .element)
  }

  private mutating func write(_ value: Value) throws(Fault) {
    if value.isString {
      try quote(try c.heap.flat(value.string))
    } else if value.isNumber {
      if value.number.isFinite {
        try out.append(number: value.number)
      } else {
        try out.append("null")
      }
    } else if value.isArray {
      try write(value.array)
    } else if value.isObject {
      try write(value.object)
    } else if value.isBoolean {
      try out.append(value.isTrue ? "true" : "false")
    } else {
      try out.append("null")
    }
  }

  private mutating func write(_ array: ArrayRef) throws(Fault) {
    try enter(array.pointer)
    try out.append("[")
    var index = 0
    while index < array.count {
      try c.spend(1)
      if index > 0 { try out.append(",") }
      try newLine()
      var element = array[index]
      if replacer.isFunction {
        let key = Value(try c.heap.string(number: Double(index)))
        element = try c.call(replacer, key, element)
      }
      try write(Self.isWritten(element) ? element : .null)
      index += 1
    }
    try leave()
    if index > 0 { try newLine() }
    try out.append("]")
  }

  private mutating func write(_ object: ObjectRef) throws(Fault) {
    try enter(object.pointer)
    try out.append("{")
    var isFirst = true
    if let allowedKeys {
      for index in 0..<allowedKeys.count {
        let key = allowedKeys[index].string
        if let value = try c.heap.property(object, key: key) {
          try field(key, value, &isFirst)
        }
      }
    } else if c.heap.hasIndexKeys(object) {
      var fields: [(StringRef, Value)] = []
      try c.heap.forEachProperty(object) { (key, value) throws(Fault) in
        fields.append((key, value))
      }
      for (key, value) in fields { try field(key, value, &isFirst) }
    } else {
      for position in 0..<c.heap.propertyCount(object) {
        let (key, value) = c.heap.property(object, at: position)
        try field(key, value, &isFirst)
      }
    }
    try leave()
    if !isFirst { try newLine() }
    try out.append("}")
  }

  @inline(__always)
  private mutating func field(
    _ key: StringRef, _ given: Value, _ isFirst: inout Bool
  ) throws(Fault) {
    try c.spend(1)
    let value = replacer.isFunction ? try c.call(replacer, Value(key), given) : given
    guard Self.isWritten(value) else { return }
    if !isFirst { try out.append(",") }
    isFirst = false
    try newLine()
    try quote(try c.heap.flat(key))
    try out.append(":")
    if indent.count > 0 { try out.append(" ") }
    try write(value)
  }

  private mutating func newLine() throws(Fault) {
    guard indent.count > 0 else { return }
    try out.append("\n")
    for _ in 0..<depth { try out.append(indent) }
  }

  private mutating func enter(_ pointer: UnsafeMutableRawPointer) throws(Fault) {
    try c.checkStack()
    if pointer == mark { throw Fault("JSON.stringify: the value contains itself") }
    depth += 1
    if depth >= nextMark {
      mark = pointer
      markDepth = depth
      nextMark = depth * 2
    }
  }

  private mutating func leave() throws(Fault) {
    if depth == markDepth {
      mark = nil
      markDepth = 0
      nextMark = depth
    }
    depth -= 1
  }
}

/// Strings.
extension JSONWriter {
  private mutating func quote(_ text: FlatString) throws(Fault) {
    try c.spend(units: text.count)
    try out.append("\"")
    if text.isASCII { try escape(text, text.ascii) } else { try escapeWide(text, text.wide) }
    try out.append("\"")
  }

  private mutating func escape(
    _ source: FlatString, _ text: UnsafeBufferPointer<UInt8>
  ) throws(Fault) {
    var copied = 0
    for index in 0..<text.count {
      let unit = text[index]
      if unit >= 0x20, unit != 0x22, unit != 0x5C { continue }
      try out.append(source.part(copied, index))
      try escape(UInt16(unit))
      copied = index + 1
    }
    try out.append(source.part(copied, text.count))
  }

  private mutating func escapeWide(
    _ source: FlatString, _ text: UnsafeBufferPointer<UInt16>
  ) throws(Fault) {
    var copied = 0
    var index = 0
    while index < text.count {
      let unit = text[index]
      let (scalar, length) = Transcoding.scalar(in: text, at: index)
      if scalar == nil || unit < 0x20 || unit == 0x22 || unit == 0x5C {
        try out.append(source.part(copied, index))
        try escape(unit)
        copied = index + 1
      }
      index += length
    }
    try out.append(source.part(copied, text.count))
  }

  private mutating func escape(_ unit: UInt16) throws(Fault) {
    switch unit {
    case 0x22: try out.append("\\\"")
    case 0x5C: try out.append("\\\\")
    case 0x08: try out.append("\\b")
    case 0x0C: try out.append("\\f")
    case 0x0A: try out.append("\\n")
    case 0x0D: try out.append("\\r")
    case 0x09: try out.append("\\t")
    default:
      try out.append("\\u")
      for shift in [12, 8, 4, 0] {
        let digit = unit >> UInt16(shift) & 0xF
        try out.append(unit: digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
      }
    }
  }
}
