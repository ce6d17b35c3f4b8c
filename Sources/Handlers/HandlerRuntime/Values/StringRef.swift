/// A string in the heap: ASCII with one byte a unit, UTF-16, or a rope of two strings.
///
/// Layout: `length` (UInt32), `kind` (UInt8), `isWide` (UInt8), `hasSource` (UInt8), 1 byte unused,
/// `hash` (UInt32, 0 when not known), `atom` (UInt32, 0 when not known), then two words: the units'
/// address and that of the bytes it was decoded from, where it has them (flat), or the two halves
/// (rope). Length and contents never change; a rope becomes flat in place.
struct StringRef {
  let pointer: UnsafeMutableRawPointer

  /// How the units are kept.
  enum Kind {
    static let ascii: UInt8 = 0
    static let wide: UInt8 = 1
    static let rope: UInt8 = 2
  }

  /// Bytes of the header.
  static let headerSize = 32
  /// The longest string there can be, in units.
  static let maximumLength = 536_870_888

  @inline(__always) init(pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

  /// UTF-16 units.
  @inline(__always) var length: Int { Int(pointer.load(as: UInt32.self)) }
  @inline(__always) var kind: UInt8 {
    get { pointer.load(fromByteOffset: 4, as: UInt8.self) }
    nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 4, as: UInt8.self) }
  }
  @inline(__always) var isRope: Bool { kind == Kind.rope }
  @inline(__always) var hash: UInt32 {
    get { pointer.load(fromByteOffset: 8, as: UInt32.self) }
    nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 8, as: UInt32.self) }
  }
  /// The number of the ``Atom`` with the same units, once that was looked up, else 0.
  @inline(__always) var atom: UInt32 {
    get { pointer.load(fromByteOffset: 12, as: UInt32.self) }
    nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 12, as: UInt32.self) }
  }
  /// The units of a flat string.
  @inline(__always) var units: UnsafeMutableRawPointer {
    get { pointer.load(fromByteOffset: 16, as: UnsafeMutableRawPointer.self) }
    nonmutating set {
      pointer.storeBytes(of: newValue, toByteOffset: 16, as: UnsafeMutableRawPointer.self)
    }
  }
  /// The bytes that a flat string was decoded from, where they are no UTF-8; see
  /// ``Heap/received(_:)``.
  var source: UnsafeRawBufferPointer? {
    guard pointer.load(fromByteOffset: 6, as: UInt8.self) != 0 else { return nil }
    let block = pointer.load(fromByteOffset: 24, as: UnsafeMutableRawPointer.self)
    return UnsafeRawBufferPointer(start: block + 8, count: block.load(as: Int.self))
  }
  /// Remembers them: a word with their count, and they.
  func setSource(_ block: UnsafeMutableRawPointer) {
    pointer.storeBytes(of: block, toByteOffset: 24, as: UnsafeMutableRawPointer.self)
    pointer.storeBytes(of: 1, toByteOffset: 6, as: UInt8.self)
  }
  /// The first half of a rope.
  @inline(__always) var left: StringRef {
    StringRef(pointer: pointer.load(fromByteOffset: 16, as: UnsafeMutableRawPointer.self))
  }
  /// The second half of a rope.
  @inline(__always) var right: StringRef {
    StringRef(pointer: pointer.load(fromByteOffset: 24, as: UnsafeMutableRawPointer.self))
  }

  /// Some unit takes two bytes, in a rope or flat.
  @inline(__always) var isWide: Bool { pointer.load(fromByteOffset: 5, as: UInt8.self) != 0 }
  /// The units; only when it is no rope.
  @inline(__always) var flatUnits: FlatString {
    FlatString(base: units, count: length, isASCII: kind == Kind.ascii)
  }

  @inline(__always) func writeHeader(length: Int, kind: UInt8, isWide: Bool) {
    pointer.storeBytes(of: UInt32(truncatingIfNeeded: length), as: UInt32.self)
    pointer.storeBytes(
      of: UInt32(kind) | (isWide ? 0x100 : 0), toByteOffset: 4, as: UInt32.self)
    pointer.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
  }
  @inline(__always) func writeHalves(_ left: StringRef, _ right: StringRef) {
    pointer.storeBytes(of: left.pointer, toByteOffset: 16, as: UnsafeMutableRawPointer.self)
    pointer.storeBytes(of: right.pointer, toByteOffset: 24, as: UnsafeMutableRawPointer.self)
  }
}

/// The units of a flat string, for reading. Lives as long as the string.
struct FlatString {
  let base: UnsafeMutableRawPointer
  /// UTF-16 units.
  let count: Int
  /// Every unit is below 128 and one byte wide.
  let isASCII: Bool

  @inline(__always) init(base: UnsafeMutableRawPointer, count: Int, isASCII: Bool) {
    self.base = base
    self.count = count
    self.isASCII = isASCII
  }

  /// The bytes; only when `isASCII`.
  @inline(__always) var ascii: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
  }
  /// The units; only when not `isASCII`.
  @inline(__always) var wide: UnsafeBufferPointer<UInt16> {
    UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt16.self), count: count)
  }
  /// The unit at an index below `count`.
  @inline(__always) subscript(index: Int) -> UInt16 {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
    return isASCII
      ? UInt16(base.load(fromByteOffset: index, as: UInt8.self))
      : base.load(fromByteOffset: index &* 2, as: UInt16.self)
  }

  /// Whether both have the same units.
  func equals(_ other: FlatString) -> Bool {
    guard count == other.count else { return false }
    if isASCII && other.isASCII { return bytesEqual(base, other.base, count) }
    if !isASCII && !other.isASCII { return bytesEqual(base, other.base, count * 2) }
    for index in 0..<count where self[index] != other[index] { return false }
    return true
  }

  /// Whether it sorts before the other, unit by unit.
  func precedes(_ other: FlatString) -> Bool {
    let shared = min(count, other.count)
    for index in 0..<shared {
      let a = self[index]
      let b = other[index]
      if a != b { return a < b }
    }
    return count < other.count
  }

  /// Whether it has exactly these ASCII bytes.
  func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    for index in 0..<count where self[index] != UInt16(text.utf8Start[index]) { return false }
    return true
  }
}
