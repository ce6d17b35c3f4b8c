import JSON

/// Bytes that two JSON values share exactly when they are equal: numbers by what they mean, objects
/// whatever the order of their members.
/// Reference: JSON Schema Core, draft 2020-12, 4.2.2.
enum Fingerprint {
  /// Of a value of a schema.
  static func of(_ value: JSONValue) -> [UInt8] {
    of(value, JSONInstance())
  }

  /// Of a value of any representation.
  static func of<Reader: InstanceReader>(
    _ value: Reader.Value, _ reader: Reader
  ) throws(Reader.Failure) -> [UInt8] {
    var out: [UInt8] = []
    try append(value, reader, to: &out)
    try reader.spend(out.count)
    return out
  }

  private static func append<Reader: InstanceReader>(
    _ value: Reader.Value, _ reader: Reader, to out: inout [UInt8]
  ) throws(Reader.Failure) {
    try reader.spend(1)
    switch reader.kind(of: value) {
    case .null: out.append(UInt8(ascii: "n"))
    case .boolean: out.append(UInt8(ascii: reader.isTrue(value) ? "t" : "f"))
    case .number:
      out.append(UInt8(ascii: "d"))
      let number = reader.number(value)
      // -0 is 0.
      append(number == 0 ? 0 : number.bitPattern, to: &out)
    case .string:
      let text = try reader.text(value)
      try reader.spend(text.count)
      append(text, to: &out)
    case .array:
      try reader.checkDepth()
      out.append(UInt8(ascii: "a"))
      let count = reader.count(value)
      append(UInt64(count), to: &out)
      for index in 0..<count { try append(reader.element(value, index), reader, to: &out) }
    case .object:
      try reader.checkDepth()
      let members = try reader.members(value).map { (Array($0.name.utf8), $0.value) }
      out.append(UInt8(ascii: "o"))
      append(UInt64(members.count), to: &out)
      for (name, value) in members.sorted(by: { $0.0.lexicographicallyPrecedes($1.0) }) {
        try reader.spend(1 + name.count)
        append(UInt64(name.count), to: &out)
        out += name
        try append(value, reader, to: &out)
      }
    case .other: out.append(UInt8(ascii: "x"))
    }
  }

  private static func append(_ text: [UInt32], to out: inout [UInt8]) {
    out.append(UInt8(ascii: "s"))
    append(UInt64(text.count), to: &out)
    for scalar in text {
      out += [
        UInt8(truncatingIfNeeded: scalar), UInt8(truncatingIfNeeded: scalar >> 8),
        UInt8(truncatingIfNeeded: scalar >> 16),
      ]
    }
  }

  private static func append(_ number: UInt64, to out: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) {
      out.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }
}
