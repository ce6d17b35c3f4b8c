/// Methods that look for a text: `indexOf`, `includes`, `startsWith`, `split` and their like.
extension StringMethods {
  static func registerSearching(in registry: inout NativeRegistry) {
    registry.methods[.stringIndexOf] = indexOf
    registry.methods[.stringLastIndexOf] = lastIndexOf
    registry.methods[.stringIncludes] = includes
    registry.methods[.stringStartsWith] = startsWith
    registry.methods[.stringEndsWith] = endsWith
    registry.methods[.stringLocaleCompare] = localeCompare
    registry.methods[.stringSplit] = split
  }

  private static func operands(
    _ c: CallContext
  ) throws(Fault) -> (text: FlatString, needle: FlatString) {
    let needle = try c.heap.flat(try c.toText(c.arguments[0]))
    return (try c.receiverText(), needle)
  }

  /// As ``operands(_:)``, for what looks at all of both.
  private static func searched(
    _ c: CallContext
  ) throws(Fault) -> (text: FlatString, needle: FlatString) {
    let (text, needle) = try operands(c)
    try c.spend(units: text.count + needle.count)
    return (text, needle)
  }

  /// The second argument as a place, cut to `0...count`.
  private static func start(_ c: CallContext, _ count: Int, absent: Int) throws(Fault) -> Int {
    let argument = c.arguments[1]
    return argument.isUndefined ? absent : min(max(0, try c.toInteger(argument)), count)
  }

  private static func indexOf(_ c: CallContext) throws(Fault) -> Value {
    let (text, needle) = try searched(c)
    let from = try start(c, text.count, absent: 0)
    return Value(text.firstIndex(of: needle, from: from) ?? -1)
  }

  private static func lastIndexOf(_ c: CallContext) throws(Fault) -> Value {
    let (text, needle) = try searched(c)
    let place = try c.toNumber(c.arguments[1])
    let from = place.isNaN ? text.count : try start(c, text.count, absent: text.count)
    return Value(text.lastIndex(of: needle, from: from) ?? -1)
  }

  private static func includes(_ c: CallContext) throws(Fault) -> Value {
    let (text, needle) = try searched(c)
    let from = try start(c, text.count, absent: 0)
    return Value(text.firstIndex(of: needle, from: from) != nil)
  }

  private static func startsWith(_ c: CallContext) throws(Fault) -> Value {
    let (text, needle) = try operands(c)
    try c.spend(units: needle.count)
    return Value(text.matches(needle, at: try start(c, text.count, absent: 0)))
  }

  private static func endsWith(_ c: CallContext) throws(Fault) -> Value {
    let (text, needle) = try operands(c)
    try c.spend(units: needle.count)
    let end = try start(c, text.count, absent: text.count)
    return Value(end >= needle.count && text.matches(needle, at: end - needle.count))
  }

  private static func localeCompare(_ c: CallContext) throws(Fault) -> Value {
    let (text, other) = try operands(c)
    try c.spend(units: min(text.count, other.count))
    return Value(text.compare(other).signum())
  }

  private static func split(_ c: CallContext) throws(Fault) -> Value {
    let limitValue = c.arguments[1]
    let limit =
      limitValue.isUndefined
      ? ArrayRef.maximumCount
      : Int(UInt32(bitPattern: Conversion.int32(try c.toNumber(limitValue))))
    let result = try c.heap.makeArray()
    if c.arguments[0].isUndefined {
      if limit > 0 { try c.heap.append(result, c.receiver) }
      return Value(result)
    }
    let (text, separator) = try searched(c)
    if limit == 0 { return Value(result) }
    if separator.count == 0 {
      try splitUnits(c, text, limit, into: result)
      return Value(result)
    }
    var start = 0
    while let place = text.firstIndex(of: separator, from: start) {
      try c.spend(1)
      try c.heap.append(result, Value(try c.heap.slice(text, start, place)))
      if result.count >= limit { return Value(result) }
      start = place + separator.count
    }
    try c.heap.append(result, Value(try c.heap.slice(text, start, text.count)))
    return Value(result)
  }

  private static func splitUnits(
    _ c: CallContext, _ text: FlatString, _ limit: Int, into result: ArrayRef
  ) throws(Fault) {
    for index in 0..<min(text.count, limit) {
      try c.spend(1)
      try c.heap.append(result, Value(try c.heap.string(unit: text[index])))
    }
  }
}
