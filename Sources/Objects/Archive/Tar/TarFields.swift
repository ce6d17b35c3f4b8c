/// The fields of a header block, as they stand there.
struct TarFields {
  let path: [UInt8]
  let linkTarget: [UInt8]
  let mode: UInt16
  let size: UInt64
  let modified: Int64
  let kind: UInt8

  init(_ block: [UInt8], at offset: UInt64) throws(ArchiveError) {
    try Self.verifyChecksum(block, at: offset)
    func text(_ range: Range<Int>) -> [UInt8] { Array(block[range].prefix { $0 != 0 }) }
    let name = text(0..<100)
    // Only the POSIX magic gives the last bytes to a prefix; GNU puts times there.
    let isPOSIX = Array(block[257..<263]) == Array("ustar\u{0}".utf8)
    let prefix = isPOSIX ? text(345..<500) : []
    path = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    linkTarget = text(157..<257)
    kind = block[156]
    mode = UInt16(truncatingIfNeeded: try Self.number(block[100..<108], at: offset) & 0o7777)
    size = try Self.number(block[124..<136], at: offset)
    modified = Int64(clamping: try Self.number(block[136..<148], at: offset, wraps: true))
  }

  private static func verifyChecksum(_ block: [UInt8], at offset: UInt64) throws(ArchiveError) {
    let stated = try number(block[148..<156], at: offset)
    var sum: UInt64 = 0
    for (index, byte) in block.enumerated() {
      sum += (148..<156).contains(index) ? UInt64(UInt8(ascii: " ")) : UInt64(byte)
    }
    guard sum == stated else { throw .badChecksum(offset: offset) }
  }

  /// Octal with blanks or NULs around it, or GNU's big-endian form with the top bit set.
  private static func number(
    _ field: ArraySlice<UInt8>, at offset: UInt64, wraps: Bool = false
  ) throws(ArchiveError) -> UInt64 {
    guard let first = field.first else { return 0 }
    if first & 0x80 != 0 {
      // 0xff… is negative: only a time before 1970 has a use for it, and none for us.
      if first == 0xff && wraps { return 0 }
      var value = UInt64(first & 0x7f)
      for byte in field.dropFirst() {
        guard value >> 56 == 0 else {
          throw .malformed(offset: offset, reason: "number beyond 64 bits")
        }
        value = value << 8 | UInt64(byte)
      }
      return value
    }
    let blanks: [UInt8] = [UInt8(ascii: " "), 0]
    var value: UInt64 = 0
    var ended = false
    for byte in field.drop(while: { $0 == UInt8(ascii: " ") }) {
      if blanks.contains(byte) {
        ended = true
      } else if !ended, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) {
        value = value << 3 | UInt64(byte - UInt8(ascii: "0"))
      } else {
        throw .malformed(offset: offset, reason: "number with byte \(byte)")
      }
    }
    return value
  }
}

/// What extension records say of the entry after them.
struct TarExtensions {
  private(set) var path: [UInt8]?
  private(set) var linkTarget: [UInt8]?
  private(set) var size: UInt64?
  private(set) var modified: Int64?
  private var taken = false

  var isEmpty: Bool { !taken }

  mutating func take(_ body: [UInt8], kind: UInt8, at offset: UInt64) throws(ArchiveError) {
    switch kind {
    case UInt8(ascii: "L"):
      taken = true
      path = Array(body.prefix { $0 != 0 })
    case UInt8(ascii: "K"):
      taken = true
      linkTarget = Array(body.prefix { $0 != 0 })
    case UInt8(ascii: "g"):
      // Comments of `git archive` and the like. A name or size for all entries is what no writer
      // makes and two readers would understand differently.
      for (key, _) in try Self.records(body, at: offset)
      where ["path", "linkpath", "size"].contains(key) {
        throw .malformed(offset: offset, reason: "global \(key)")
      }
    default:
      taken = true
      for (key, value) in try Self.records(body, at: offset) {
        try set(key, value, at: offset)
      }
    }
  }

  private mutating func set(
    _ key: String, _ value: [UInt8], at offset: UInt64
  ) throws(ArchiveError) {
    switch key {
    case "path": path = value
    case "linkpath": linkTarget = value
    case "size":
      guard let number = Self.decimal(value) else {
        throw .malformed(offset: offset, reason: "pax size")
      }
      size = number
    case "mtime":
      // Fractions are cut: nothing here compares times.
      let whole = value.prefix { $0 != UInt8(ascii: ".") }
      let isNegative = whole.first == UInt8(ascii: "-")
      guard let number = Self.decimal(isNegative ? whole.dropFirst() : whole) else {
        throw .malformed(offset: offset, reason: "pax mtime")
      }
      modified = isNegative ? -Int64(clamping: number) : Int64(clamping: number)
    default:
      if key.hasPrefix("GNU.sparse.") {
        throw .malformed(offset: offset, reason: "sparse file")
      }
    }
  }

  private static func decimal(_ digits: some Collection<UInt8>) -> UInt64? {
    guard !digits.isEmpty, digits.count <= 20 else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// `<length> <key>=<value>\n`, one after the other.
  private static func records(
    _ body: [UInt8], at offset: UInt64
  ) throws(ArchiveError) -> [(key: String, value: [UInt8])] {
    var out: [(key: String, value: [UInt8])] = []
    var index = 0
    while index < body.count {
      guard let space = body[index...].firstIndex(of: UInt8(ascii: " ")),
        let length = decimal(body[index..<space]),
        length <= UInt64(body.count - index), index + Int(length) > space + 1,
        body[index + Int(length) - 1] == UInt8(ascii: "\n")
      else { throw .malformed(offset: offset, reason: "pax record") }
      let record = body[(space + 1)..<(index + Int(length) - 1)]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
        throw .malformed(offset: offset, reason: "pax record without =")
      }
      let key = String(decoding: record[..<equals], as: UTF8.self)
      out.append((key, Array(record[(equals + 1)...])))
      index += Int(length)
    }
    return out
  }
}
