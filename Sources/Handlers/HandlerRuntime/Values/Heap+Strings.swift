import Glibc

/// Whether two blocks hold the same bytes.
@inline(__always)
func bytesEqual(_ a: UnsafeMutableRawPointer, _ b: UnsafeMutableRawPointer, _ count: Int) -> Bool {
  memcmp(a, b, count) == 0
}

/// Making strings.
extension Heap {
  /// A string of ASCII bytes whose contents the caller fills at once.
  func makeASCII(
    _ count: Int
  ) throws(Fault) -> (string: StringRef, bytes: UnsafeMutableBufferPointer<UInt8>) {
    guard count <= StringRef.maximumLength else { throw Fault.invalidStringLength }
    let string = StringRef(pointer: try allocate(StringRef.headerSize + count))
    string.writeHeader(length: count, kind: StringRef.Kind.ascii, isWide: false)
    string.units = string.pointer + StringRef.headerSize
    let start = string.units.assumingMemoryBound(to: UInt8.self)
    return (string, UnsafeMutableBufferPointer(start: start, count: count))
  }

  /// A string of UTF-16 units whose contents the caller fills at once.
  func makeWide(
    _ count: Int
  ) throws(Fault) -> (string: StringRef, units: UnsafeMutableBufferPointer<UInt16>) {
    guard count <= StringRef.maximumLength else { throw Fault.invalidStringLength }
    let string = StringRef(pointer: try allocate(StringRef.headerSize + count * 2))
    string.writeHeader(length: count, kind: StringRef.Kind.wide, isWide: true)
    string.units = string.pointer + StringRef.headerSize
    let start = string.units.assumingMemoryBound(to: UInt16.self)
    return (string, UnsafeMutableBufferPointer(start: start, count: count))
  }

  /// A copy of ASCII bytes.
  func string(ascii bytes: UnsafeBufferPointer<UInt8>) throws(Fault) -> StringRef {
    let (string, target) = try makeASCII(bytes.count)
    if let source = bytes.baseAddress, let start = target.baseAddress {
      start.update(from: source, count: bytes.count)
    }
    return string
  }

  /// A copy of UTF-16 units, narrow when every unit is ASCII.
  func string(units: UnsafeBufferPointer<UInt16>) throws(Fault) -> StringRef {
    if units.allSatisfy({ $0 < 128 }) {
      let (string, target) = try makeASCII(units.count)
      for index in 0..<units.count { target[index] = UInt8(truncatingIfNeeded: units[index]) }
      return string
    }
    let (string, target) = try makeWide(units.count)
    if let source = units.baseAddress, let start = target.baseAddress {
      start.update(from: source, count: units.count)
    }
    return string
  }

  /// A string from UTF-8; what is not valid becomes U+FFFD.
  func string(utf8 bytes: UnsafeBufferPointer<UInt8>) throws(Fault) -> StringRef {
    if bytes.allSatisfy({ $0 < 128 }) { return try string(ascii: bytes) }
    // A sequence of n bytes never needs more than n units.
    let units = [UInt16](unsafeUninitializedCapacity: bytes.count) { buffer, count in
      var decoder = UTF8()
      var iterator = bytes.makeIterator()
      count = 0
      decoding: while true {
        switch decoder.decode(&iterator) {
        case .scalarValue(let scalar):
          for unit in UTF16.encode(scalar).unsafelyUnwrapped {
            buffer[count] = unit
            count += 1
          }
        case .error:
          buffer[count] = 0xFFFD
          count += 1
        case .emptyInput: break decoding
        }
      }
    }
    return try withUnits(units)
  }

  /// A string from UTF-8 bytes; what is not valid becomes U+FFFD.
  func string(utf8 bytes: [UInt8]) throws(Fault) -> StringRef {
    try bytes.withUnsafeBufferPointer { (buffer) throws(Fault) in try string(utf8: buffer) }
  }

  /// The text of a body as it was received: without a byte order mark, and with U+FFFD for what is no
  /// UTF-8. Where that is not what the bytes were, the string keeps them, so that they can be passed
  /// on.
  /// Reference: Encoding standard, section 6, "UTF-8 decode".
  func received(_ bytes: [UInt8]) throws(Fault) -> StringRef {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let hasMark = bytes.starts(with: mark)
    let text = try bytes.withUnsafeBufferPointer { (bytes) throws(Fault) in
      try string(utf8: UnsafeBufferPointer(rebasing: bytes[(hasMark ? mark.count : 0)...]))
    }
    guard hasMark || String(validating: bytes, as: UTF8.self) == nil else { return text }
    let block = try allocate(8 + bytes.count)
    block.storeBytes(of: bytes.count, as: Int.self)
    UnsafeMutableRawBufferPointer(start: block + 8, count: bytes.count).copyBytes(from: bytes)
    text.setSource(block)
    return text
  }

  /// The same text without the bytes that it was decoded from.
  func plain(_ text: StringRef) throws(Fault) -> StringRef {
    guard text.source != nil else { return text }
    let units = text.flatUnits
    return try withUnits((0..<units.count).map { units[$0] })
  }

  /// A string from Swift text.
  func string(_ text: String) throws(Fault) -> StringRef { try string(utf8: Array(text.utf8)) }

  /// A string from a literal.
  func string(_ literal: StaticString) throws(Fault) -> StringRef {
    try string(
      utf8: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// A string from an array of units.
  func withUnits(_ units: [UInt16]) throws(Fault) -> StringRef {
    try units.withUnsafeBufferPointer { (buffer) throws(Fault) in try string(units: buffer) }
  }

  /// The string of one unit.
  func string(unit: UInt16) throws(Fault) -> StringRef {
    if unit < 128 {
      let (string, target) = try makeASCII(1)
      target[0] = UInt8(truncatingIfNeeded: unit)
      return string
    }
    let (string, target) = try makeWide(1)
    target[0] = unit
    return string
  }

  /// A number as JavaScript prints it.
  func string(number: Double) throws(Fault) -> StringRef {
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { (buffer) throws(Fault) in
      let start = buffer.baseAddress.unsafelyUnwrapped
      let count = NumberFormatting.write(number, into: start)
      return try string(ascii: UnsafeBufferPointer(start: start, count: count))
    }
  }

  /// Part of a flat string, without copying it: units `from ..< to`, which must lie inside.
  func slice(_ text: FlatString, _ from: Int, _ to: Int) throws(Fault) -> StringRef {
    precondition(0 <= from && from <= to && to <= text.count)
    let string = StringRef(pointer: try allocate(StringRef.headerSize))
    string.writeHeader(
      length: to - from, kind: text.isASCII ? StringRef.Kind.ascii : StringRef.Kind.wide,
      isWide: !text.isASCII)
    string.units = text.base + (text.isASCII ? from : from * 2)
    return string
  }
}

/// Joining strings, and making them flat again.
extension Heap {
  /// Joins at most this many units by copying; longer results are ropes.
  private static var copiedLength: Int { 48 }

  /// `a + b`.
  func concat(_ a: StringRef, _ b: StringRef) throws(Fault) -> StringRef {
    let (x, y) = (a.length, b.length)
    if x == 0 { return b }
    if y == 0 { return a }
    let total = x + y
    guard total <= StringRef.maximumLength else { throw Fault.invalidStringLength }
    let wide = a.isWide || b.isWide
    if total <= Self.copiedLength, !a.isRope, !b.isRope {
      let string = StringRef(
        pointer: try allocate(StringRef.headerSize + (wide ? total * 2 : total)))
      string.writeHeader(
        length: total, kind: wide ? StringRef.Kind.wide : StringRef.Kind.ascii, isWide: wide)
      string.units = string.pointer + StringRef.headerSize
      copyUnits(of: a, to: string.units, at: 0, wide: wide)
      copyUnits(of: b, to: string.units, at: x, wide: wide)
      return string
    }
    let rope = StringRef(pointer: try allocate(StringRef.headerSize))
    rope.writeHeader(length: total, kind: StringRef.Kind.rope, isWide: wide)
    rope.writeHalves(a, b)
    return rope
  }

  /// The units of a string; a rope is made flat first, which later readers profit from.
  @inline(__always) func flat(_ string: StringRef) throws(Fault) -> FlatString {
    if string.isRope { try flatten(string) }
    return string.flatUnits
  }

  @inline(never) private func flatten(_ rope: StringRef) throws(Fault) {
    try spend(rope.length >> 4)
    let wide = rope.isWide
    let bytes = wide ? rope.length * 2 : rope.length
    // A frozen rope must not come to point into a request.
    let target = isFrozen(rope.pointer) ? try allocatePermanently(bytes) : try allocate(bytes)
    var end = rope.length
    // Filled from its end: ropes mostly grow to the left, so the list of halves stays short.
    var pending = [rope]
    while let part = pending.popLast() {
      if part.isRope {
        pending.append(part.left)
        pending.append(part.right)
      } else {
        end -= part.length
        copyUnits(of: part, to: target, at: end, wide: wide)
      }
    }
    rope.units = target
    rope.kind = wide ? StringRef.Kind.wide : StringRef.Kind.ascii
  }

  private func copyUnits(
    of string: StringRef, to target: UnsafeMutableRawPointer, at index: Int, wide: Bool
  ) {
    let source = string.flatUnits
    if !wide {
      (target + index).copyMemory(from: source.base, byteCount: source.count)
    } else if !source.isASCII {
      (target + index * 2).copyMemory(from: source.base, byteCount: source.count * 2)
    } else {
      let units = (target + index * 2).assumingMemoryBound(to: UInt16.self)
      for (offset, byte) in source.ascii.enumerated() { units[offset] = UInt16(byte) }
    }
  }
}

/// Reading strings.
extension Heap {
  /// The string as Swift text; lone surrogates become U+FFFD.
  func text(_ string: StringRef) throws(Fault) -> String {
    let units = try flat(string)
    try spend(units.count >> 2)
    return units.isASCII
      ? String(decoding: units.ascii, as: UTF8.self) : String(decoding: units.wide, as: UTF16.self)
  }

  /// The string as UTF-8; lone surrogates become U+FFFD.
  func utf8(_ string: StringRef) throws(Fault) -> [UInt8] {
    let units = try flat(string)
    try spend(units.count >> 2)
    return units.isASCII
      ? Array(units.ascii) : Array(String(decoding: units.wide, as: UTF16.self).utf8)
  }

  /// Whether two strings have the same units.
  @inline(__always)
  func equal(_ a: StringRef, _ b: StringRef) throws(Fault) -> Bool {
    if a.pointer == b.pointer { return true }
    if a.length != b.length { return false }
    try spend(a.length >> 3)
    return try flat(a).equals(flat(b))
  }

  /// The hash of a string's units, never 0. It is asked for before a key is looked up, and counts
  /// for comparing it with the one that is found, too.
  func hash(_ string: StringRef) throws(Fault) -> UInt32 {
    try spend(string.length >> 3)
    if string.hash != 0 { return string.hash }
    let hash = hash(try flat(string))
    string.hash = hash
    return hash
  }

  /// The hash of units: the same for narrow and wide, and not to be foreseen from outside.
  func hash(_ units: FlatString) -> UInt32 {
    var state = state.pointee.seed ^ UInt64(units.count)
    func mix(_ unit: UInt64) {
      let product = (state ^ unit).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      state = product.high ^ product.low
    }
    if units.isASCII {
      for byte in units.ascii { mix(UInt64(byte)) }
    } else {
      for unit in units.wide { mix(UInt64(unit)) }
    }
    mix(0xFF51_AFD7_ED55_8CCD)
    return max(1, UInt32(truncatingIfNeeded: state ^ (state >> 32)))
  }
}
