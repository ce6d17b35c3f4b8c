/// Holds one value against one schema.
struct Validator<Reader: InstanceReader> {
  typealias Value = Reader.Value
  let nodes: [SchemaNode]
  let reader: Reader
  /// Whether what is wrong is written down; asking for a yes or no ends at the first.
  var isCollecting: Bool
  private(set) var violations: [SchemaViolation] = []

  init(nodes: [SchemaNode], reader: Reader, isCollecting: Bool) {
    (self.nodes, self.reader, self.isCollecting) = (nodes, reader, isCollecting)
  }

  /// Whether there is nothing more to be found out.
  var isDone: Bool { !isCollecting || violations.count >= Schema.mostViolations }

  /// Writes down what is wrong; gives false.
  mutating func fail(
    _ path: InstancePath, _ message: @autoclosure () -> String
  ) throws(Reader.Failure) -> Bool {
    if isCollecting, violations.count < Schema.mostViolations {
      let pointer = path.pointer
      try reader.spend(16 + pointer.utf8.count)
      violations.append(SchemaViolation(path: pointer, message: message()))
    }
    return false
  }

  /// Whether a value fits, without a word about why not.
  func quietly(_ node: Int, _ value: Value) throws(Reader.Failure) -> Bool {
    var inner = Validator(nodes: nodes, reader: reader, isCollecting: false)
    return try inner.holds(node, value, .root)
  }

  /// Whether a value fits a schema.
  mutating func holds(
    _ at: Int, _ value: Value, _ path: InstancePath
  ) throws(Reader.Failure) -> Bool {
    try reader.checkDepth()
    try reader.spend(16)
    if nodes[at].never { return try fail(path, "is not allowed") }
    let kind = reader.kind(of: value)
    if kind == .other { return try fail(path, "is nothing that JSON has") }
    if let types = nodes[at].types, !fits(value, kind, types) {
      // What it has to hold as another type says nothing more.
      return try fail(path, "must be \(types.described)")
    }
    var fits = true
    if let constants = nodes[at].constants,
      !constants.contains(try Fingerprint.of(value, reader))
    {
      fits = try fail(path, constants.count == 1 ? "is another value" : "is none of the values")
    }
    if !fits, isDone { return false }
    switch kind {
    case .number: if try !number(at, reader.number(value), path) { fits = false }
    case .string: if try !text(at, value, path) { fits = false }
    case .array: if try !array(at, value, path) { fits = false }
    case .object: if try !object(at, value, path) { fits = false }
    default: break
    }
    if !fits, isDone { return false }
    if try !inPlace(at, value, path) { fits = false }
    return fits
  }

  private func fits(_ value: Value, _ kind: InstanceKind, _ types: SchemaType) -> Bool {
    switch kind {
    case .null: return types.contains(.null)
    case .boolean: return types.contains(.boolean)
    case .string: return types.contains(.string)
    case .array: return types.contains(.array)
    case .object: return types.contains(.object)
    case .number:
      if types.contains(.number) { return true }
      guard types.contains(.integer) else { return false }
      let number = reader.number(value)
      return number.isFinite && number == number.rounded()
    case .other: return false
    }
  }

  // MARK: Numbers and texts

  private mutating func number(
    _ at: Int, _ number: Double, _ path: InstancePath
  ) throws(Reader.Failure) -> Bool {
    guard number.isFinite else { return try fail(path, "is nothing that JSON has") }
    if let least = nodes[at].minimum, number < least {
      return try fail(path, "must be at least \(Self.shown(least))")
    }
    if let most = nodes[at].maximum, number > most {
      return try fail(path, "must be at most \(Self.shown(most))")
    }
    if let limit = nodes[at].exclusiveMinimum, number <= limit {
      return try fail(path, "must be more than \(Self.shown(limit))")
    }
    if let limit = nodes[at].exclusiveMaximum, number >= limit {
      return try fail(path, "must be less than \(Self.shown(limit))")
    }
    if let step = nodes[at].multipleOf, !Decimal(number).isMultiple(of: step) {
      return try fail(path, "is not a multiple of what it has to be")
    }
    return true
  }

  private static func shown(_ number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? number.description
  }

  private mutating func text(
    _ at: Int, _ value: Value, _ path: InstancePath
  ) throws(Reader.Failure) -> Bool {
    guard
      nodes[at].minLength != nil || nodes[at].maxLength != nil || nodes[at].pattern != nil
        || nodes[at].format != nil
    else { return true }
    let text = try reader.text(value)
    try reader.spend(text.count)
    if let least = nodes[at].minLength, text.count < least {
      return try fail(path, "must have at least \(least) character\(least == 1 ? "" : "s")")
    }
    if let most = nodes[at].maxLength, text.count > most {
      return try fail(path, "must have at most \(most) character\(most == 1 ? "" : "s")")
    }
    if let format = nodes[at].format, !format.fits(text) {
      return try fail(path, "is not of the format \(format.rawValue)")
    }
    if let pattern = nodes[at].pattern, try !matches(pattern, text) {
      return try fail(path, "does not match the pattern")
    }
    return true
  }

  func matches(_ pattern: TextPattern, _ text: [UInt32]) throws(Reader.Failure) -> Bool {
    try pattern.matches(text) { (steps) throws(Reader.Failure) in try reader.spend(steps) }
  }

  // MARK: On the same value

  private mutating func inPlace(
    _ at: Int, _ value: Value, _ path: InstancePath
  ) throws(Reader.Failure) -> Bool {
    var fits = true
    if let reference = nodes[at].reference, try !holds(reference, value, path) {
      fits = false
      if isDone { return false }
    }
    for inner in nodes[at].allOf {
      if try !holds(inner, value, path) {
        fits = false
        if isDone { return false }
      }
    }
    if !nodes[at].anyOf.isEmpty, try !anyHolds(nodes[at].anyOf, value) {
      fits = try fail(path, "fits none of the alternatives")
      if isDone { return false }
    }
    if !nodes[at].oneOf.isEmpty {
      var count = 0
      for way in nodes[at].oneOf where count < 2 {
        if try quietly(way, value) { count += 1 }
      }
      if count != 1 {
        fits = try fail(
          path, count == 0 ? "fits none of the alternatives" : "fits more than one alternative")
        if isDone { return false }
      }
    }
    if let not = nodes[at].not, try quietly(not, value) {
      fits = try fail(path, "is what it must not be")
      if isDone { return false }
    }
    if let condition = nodes[at].condition {
      let branch = try quietly(condition, value) ? nodes[at].then : nodes[at].otherwise
      if let branch, try !holds(branch, value, path) { fits = false }
    }
    return fits
  }

  private func anyHolds(_ ways: [Int], _ value: Value) throws(Reader.Failure) -> Bool {
    for way in ways { if try quietly(way, value) { return true } }
    return false
  }
}
