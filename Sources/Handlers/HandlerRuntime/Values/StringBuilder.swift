/// Builds one string in the arena: ASCII until the first unit that is not, then UTF-16.
///
/// While nothing else is allocated its block is the last of the arena and grows in place.
struct StringBuilder {
  private let heap: Heap
  private var base: UnsafeMutableRawPointer
  /// Bytes there are.
  private var capacity: Int
  /// Units so far.
  private(set) var count = 0
  /// Two bytes a unit.
  private var isWide = false

  /// An empty string that may grow.
  init(_ heap: Heap, capacity: Int = 128) throws(Fault) {
    self.heap = heap
    self.capacity = (capacity + StringRef.headerSize + 7) & ~7
    base = try heap.allocate(self.capacity)
  }

  private var used: Int { StringRef.headerSize + (isWide ? count * 2 : count) }

  /// Makes room for `more` bytes.
  @inline(__always) private mutating func reserve(_ more: Int) throws(Fault) {
    if used + more > capacity { try grow(more) }
  }

  @inline(never) private mutating func grow(_ more: Int) throws(Fault) {
    guard more <= 2 * StringRef.maximumLength, count <= StringRef.maximumLength else {
      throw Fault.invalidStringLength
    }
    let wanted = (max(used + more, capacity * 2) + 7) & ~7
    if UInt(bitPattern: base) + UInt(capacity) == heap.state.pointee.next {
      _ = try heap.allocate(wanted - capacity)
    } else {
      let block = try heap.allocate(wanted)
      block.copyMemory(from: base, byteCount: used)
      base = block
    }
    capacity = wanted
  }

  private mutating func widen() throws(Fault) {
    let block = try heap.allocate(capacity * 2)
    let units = (block + StringRef.headerSize).assumingMemoryBound(to: UInt16.self)
    let bytes = (base + StringRef.headerSize).assumingMemoryBound(to: UInt8.self)
    for index in 0..<count { units[index] = UInt16(bytes[index]) }
    base = block
    capacity *= 2
    isWide = true
  }

  /// Appends one UTF-16 unit.
  @inline(__always) mutating func append(unit: UInt16) throws(Fault) {
    if !isWide {
      if unit < 128 {
        try reserve(1)
        base.storeBytes(
          of: UInt8(truncatingIfNeeded: unit), toByteOffset: StringRef.headerSize + count,
          as: UInt8.self)
        count &+= 1
        return
      }
      try widen()
    }
    try reserve(2)
    base.storeBytes(of: unit, toByteOffset: StringRef.headerSize + count * 2, as: UInt16.self)
    count &+= 1
  }

  /// Appends ASCII bytes.
  @inline(__always) mutating func append(ascii bytes: UnsafeBufferPointer<UInt8>) throws(Fault) {
    guard let source = bytes.baseAddress else { return }
    if isWide {
      try reserve(bytes.count * 2)
      let units = (base + used).assumingMemoryBound(to: UInt16.self)
      for index in 0..<bytes.count { units[index] = UInt16(bytes[index]) }
    } else {
      try reserve(bytes.count)
      (base + used).copyMemory(from: source, byteCount: bytes.count)
    }
    count += bytes.count
  }

  /// Appends an ASCII literal.
  mutating func append(_ literal: StaticString) throws(Fault) {
    try append(
      ascii: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Appends units of a flat string.
  mutating func append(_ text: FlatString) throws(Fault) {
    if text.isASCII { return try append(ascii: text.ascii) }
    if !isWide { try widen() }
    try reserve(text.count * 2)
    (base + used).copyMemory(from: text.base, byteCount: text.count * 2)
    count += text.count
  }

  /// Appends a string.
  mutating func append(_ string: StringRef) throws(Fault) { try append(try heap.flat(string)) }

  /// Appends a number as JavaScript prints it.
  mutating func append(number: Double) throws(Fault) {
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { (buffer) throws(Fault) in
      let start = buffer.baseAddress.unsafelyUnwrapped
      let count = NumberFormatting.write(number, into: start)
      try append(ascii: UnsafeBufferPointer(start: start, count: count))
    }
  }

  /// The string. The builder must not be used afterwards.
  mutating func finish() throws(Fault) -> StringRef {
    guard count <= StringRef.maximumLength else { throw Fault.invalidStringLength }
    let string = StringRef(pointer: base)
    string.writeHeader(
      length: count, kind: isWide ? StringRef.Kind.wide : StringRef.Kind.ascii, isWide: isWide)
    string.units = base + StringRef.headerSize
    return string
  }
}
