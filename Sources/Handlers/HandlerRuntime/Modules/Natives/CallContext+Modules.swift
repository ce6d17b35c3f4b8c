/// Reading the arguments of module functions and making their results.
extension CallContext {
  /// An argument that must be text; numbers and booleans count as what they print.
  func textArgument(_ index: Int, _ name: StaticString, of function: StaticString) throws(Fault)
    -> StringRef
  {
    let value = arguments[index]
    if value.isString { return value.string }
    guard value.isNumber || value.isBoolean else {
      throw Fault("\(function): \(name) must be a string, not \(Conversion.kindName(of: value))")
    }
    return try toText(value)
  }

  /// An argument that must be text, as UTF-8.
  func utf8Argument(_ index: Int, _ name: StaticString, of function: StaticString) throws(Fault)
    -> [UInt8]
  {
    let bytes = try heap.utf8(try textArgument(index, name, of: function))
    try spend(bytes.count)
    return bytes
  }

  /// An argument that must be text, as Swift text.
  func swiftArgument(_ index: Int, _ name: StaticString, of function: StaticString) throws(Fault)
    -> String
  {
    String(decoding: try utf8Argument(index, name, of: function), as: UTF8.self)
  }

  /// An argument that must be text, as UTF-16.
  func unitsArgument(_ index: Int, _ name: StaticString, of function: StaticString) throws(Fault)
    -> [UInt16]
  {
    try units(try textArgument(index, name, of: function))
  }

  /// A header's value: text, or empty where the header was missing.
  func headerArgument(_ index: Int, _ name: StaticString, of function: StaticString) throws(Fault)
    -> String
  {
    if arguments[index].isNullish { return "" }
    let text = try swiftArgument(index, name, of: function)
    try spend(slowBytes: text.utf8.count)
    return text
  }

  /// The units of a string.
  func units(_ string: StringRef) throws(Fault) -> [UInt16] {
    let flat = try heap.flat(string)
    try spend(flat.count << 1)
    return (0..<flat.count).map { flat[$0] }
  }

  /// An argument that must be a number; `absent` where it is undefined.
  func numberArgument(
    _ index: Int, _ name: StaticString, of function: StaticString, absent: Double? = nil
  ) throws(Fault) -> Double {
    let value = arguments[index]
    if value.isUndefined, let absent { return absent }
    guard value.isNumber else {
      throw Fault("\(function): \(name) must be a number, not \(Conversion.kindName(of: value))")
    }
    return value.number
  }

  /// An argument that must be an integer in a range.
  func integerArgument(
    _ index: Int, _ name: StaticString, in range: ClosedRange<Int>, of function: StaticString,
    absent: Int? = nil
  ) throws(Fault) -> Int {
    let number = try numberArgument(index, name, of: function, absent: absent.map(Double.init))
    guard number == number.rounded(.towardZero), number >= Double(range.lowerBound),
      number <= Double(range.upperBound)
    else {
      throw Fault(
        "\(function): \(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return Int(number)
  }

  /// UTF-8 as a string value.
  func value(utf8 bytes: [UInt8]) throws(Fault) -> Value { Value(try heap.string(utf8: bytes)) }

  /// Swift text as a string value.
  func value(_ text: String) throws(Fault) -> Value { Value(try heap.string(text)) }

  /// UTF-16 as a string value.
  func value(units: [UInt16]) throws(Fault) -> Value { Value(try heap.withUnits(units)) }

  /// A plain object of text fields, in order.
  func object(of fields: [(name: String, value: String)]) throws(Fault) -> ObjectRef {
    let object = try heap.makeObject(.plain, capacity: fields.count)
    for field in fields {
      try heap.setProperty(object, key: try heap.string(field.name), try value(field.value))
    }
    return object
  }
}

/// The optional object of options that some functions take last.
struct OptionsReader {
  private let context: CallContext
  private let object: ObjectRef?
  private let function: StaticString

  init(_ context: CallContext, at index: Int, of function: StaticString) throws(Fault) {
    self.context = context
    self.function = function
    let value = context.arguments[index]
    if value.isNullish {
      object = nil
    } else {
      guard value.isObject else {
        throw Fault("\(function): options must be an object, not \(Conversion.kindName(of: value))")
      }
      object = value.object
    }
  }

  /// The first of the names that is there and not undefined.
  func value(_ names: StaticString...) throws(Fault) -> Value {
    guard let object else { return .undefined }
    for name in names {
      let found = try context.heap.property(object, key: try context.heap.string(name))
      if let found, !found.isNullish { return found }
    }
    return .undefined
  }

  /// Text, or nil when it is not there.
  func text(_ name: StaticString) throws(Fault) -> String? {
    let found = try value(name)
    return found.isUndefined ? nil : try context.swiftText(found)
  }

  /// Whether it is there and true.
  func flag(_ name: StaticString) throws(Fault) -> Bool { context.toBoolean(try value(name)) }

  /// A whole number of seconds; 0 and negative numbers are taken as they are.
  func seconds(_ names: StaticString, _ alternative: StaticString) throws(Fault) -> Int? {
    let found = try value(names, alternative)
    if found.isUndefined { return nil }
    guard found.isNumber, abs(found.number) < 1e12 else {
      throw Fault("\(function): \(names) must be a number of seconds")
    }
    return Int(found.number)
  }

  /// A list given as an array of strings or as one string with commas.
  func list(_ name: StaticString) throws(Fault) -> [String]? {
    let found = try value(name)
    if found.isUndefined { return nil }
    return try context.list(found)
  }
}

extension CallContext {
  /// A list given as an array of strings or as one string with commas.
  func list(_ value: Value) throws(Fault) -> [String] {
    guard value.isArray else {
      let text = try swiftText(value)
      try spend(slowBytes: text.utf8.count)
      return HTTPFields.parts(text, separator: UInt8(ascii: ",")).filter { !$0.isEmpty }
    }
    var out: [String] = []
    for index in 0..<value.array.count {
      let text = try swiftText(value.array[index])
      try spend(slowBytes: 1 + text.utf8.count)
      out.append(text)
    }
    return out
  }
}
