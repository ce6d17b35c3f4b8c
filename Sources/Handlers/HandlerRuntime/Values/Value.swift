/// A value of the handler language in one 64-bit word.
///
/// Numbers are IEEE doubles as they are; everything else lives in the space of negative quiet
/// NaNs with a payload, which arithmetic on canonical numbers never produces: the top 16 bits are
/// the tag, the low 48 a heap address or a small constant.
///
/// Invariant: a word with a heap tag holds the address of a live block of that kind in the arena
/// of the isolate that made it. Values must not outlive the request that made them, nor travel to
/// another isolate.
struct Value {
  var bits: UInt64

  @inline(__always) init(bits: UInt64) { self.bits = bits }

  /// A number. Any NaN becomes the one canonical NaN.
  @inline(__always) init(_ number: Double) {
    bits = number == number ? number.bitPattern : Tag.canonicalNaN
  }

  /// The result of arithmetic on values: its NaN, if it is one, is canonical already.
  @inline(__always) init(arithmetic number: Double) { bits = number.bitPattern }

  /// A number from an integer of at most 53 bits.
  @inline(__always) init(_ integer: Int) { bits = Double(integer).bitPattern }

  /// `true` or `false`.
  @inline(__always) init(_ flag: Bool) { bits = Tag.falseBits | (flag ? 1 : 0) }

  /// The words of each kind.
  enum Tag {
    static let canonicalNaN: UInt64 = 0x7FF8_0000_0000_0000
    /// The first word that is not a number.
    static let firstNonNumber: UInt64 = 0xFFF9_0000_0000_0000
    static let undefinedBits: UInt64 = 0xFFF9_0000_0000_0000
    static let nullBits: UInt64 = 0xFFF9_0000_0000_0001
    static let falseBits: UInt64 = 0xFFF9_0000_0000_0002
    static let trueBits: UInt64 = 0xFFF9_0000_0000_0003
    static let string: UInt64 = 0xFFFA
    static let object: UInt64 = 0xFFFB
    static let array: UInt64 = 0xFFFC
    static let function: UInt64 = 0xFFFD
    /// Words that the runtime uses among itself and no program ever sees.
    static let signal: UInt64 = 0xFFFE
    static let address: UInt64 = 0x0000_FFFF_FFFF_FFFF
  }

  static let undefined = Value(bits: Tag.undefinedBits)
  static let null = Value(bits: Tag.nullBits)
  static let `false` = Value(bits: Tag.falseBits)
  static let `true` = Value(bits: Tag.trueBits)
  static let nan = Value(bits: Tag.canonicalNaN)
  static let zero = Value(bits: 0)

  @inline(__always) init(_ string: StringRef) {
    bits = Tag.string << 48 | UInt64(UInt(bitPattern: string.pointer))
  }
  @inline(__always) init(_ object: ObjectRef) {
    bits = Tag.object << 48 | UInt64(UInt(bitPattern: object.pointer))
  }
  @inline(__always) init(_ array: ArrayRef) {
    bits = Tag.array << 48 | UInt64(UInt(bitPattern: array.pointer))
  }
  @inline(__always) init(_ function: FunctionRef) {
    bits = Tag.function << 48 | UInt64(UInt(bitPattern: function.pointer))
  }
}

/// What kind of value it is.
extension Value {
  @inline(__always) var tag: UInt64 { bits >> 48 }
  @inline(__always) var isNumber: Bool { bits < Tag.firstNonNumber }
  @inline(__always) var isUndefined: Bool { bits == Tag.undefinedBits }
  @inline(__always) var isNull: Bool { bits == Tag.nullBits }
  /// `undefined` or `null`.
  @inline(__always) var isNullish: Bool { bits | 1 == Tag.nullBits }
  @inline(__always) var isBoolean: Bool { bits | 1 == Tag.trueBits }
  @inline(__always) var isTrue: Bool { bits == Tag.trueBits }
  @inline(__always) var isFalse: Bool { bits == Tag.falseBits }
  @inline(__always) var isString: Bool { tag == Tag.string }
  /// A plain object or one of a class; neither an array nor a function.
  @inline(__always) var isObject: Bool { tag == Tag.object }
  @inline(__always) var isArray: Bool { tag == Tag.array }
  @inline(__always) var isFunction: Bool { tag == Tag.function }
  /// What `typeof` calls an object or a function.
  @inline(__always) var isReference: Bool { tag >= Tag.object && tag <= Tag.function }
}

/// What it holds. Each needs the kind to have been asked first.
extension Value {
  @inline(__always) var pointer: UnsafeMutableRawPointer {
    // The address of a heap block is never zero, so the unchecked conversion holds.
    UnsafeMutableRawPointer(bitPattern: UInt(bits & Tag.address)).unsafelyUnwrapped
  }
  /// The number; only when `isNumber`.
  @inline(__always) var number: Double { Double(bitPattern: bits) }
  /// The string; only when `isString`.
  @inline(__always) var string: StringRef { StringRef(pointer: pointer) }
  /// The object; only when `isObject`.
  @inline(__always) var object: ObjectRef { ObjectRef(pointer: pointer) }
  /// The array; only when `isArray`.
  @inline(__always) var array: ArrayRef { ArrayRef(pointer: pointer) }
  /// The function; only when `isFunction`.
  @inline(__always) var function: FunctionRef { FunctionRef(pointer: pointer) }

  /// The number if it is one.
  var asNumber: Double? { isNumber ? number : nil }
  /// The string if it is one.
  var asString: StringRef? { isString ? string : nil }
  /// The object if it is one.
  var asObject: ObjectRef? { isObject ? object : nil }
  /// The array if it is one.
  var asArray: ArrayRef? { isArray ? array : nil }

  /// The value as an array index or other count: an integer from 0 below 2^32, exactly.
  ///
  /// Adding 2^52 leaves the integer in the low bits; converting it back shows whether it was one.
  @inline(__always) var index: Int? {
    guard isNumber else { return nil }
    let shifted = number + 4_503_599_627_370_496
    let low = UInt32(truncatingIfNeeded: shifted.bitPattern)
    return Double(low) == number ? Int(low) : nil
  }
}

/// Words that steer execution; they are never stored where a program could read them.
extension Value {
  /// A variable that has no value yet.
  static let empty = Value(bits: Tag.signal << 48)
  /// A statement ended normally.
  static let normal = Value(bits: Tag.signal << 48 | 1)
  /// A statement ended with `break`.
  static let breakSignal = Value(bits: Tag.signal << 48 | 2)
  /// A statement ended with `continue`.
  static let continueSignal = Value(bits: Tag.signal << 48 | 3)
  /// An optional chain was cut short.
  static let shortCircuit = Value(bits: Tag.signal << 48 | 4)

  @inline(__always) static func same(_ a: Value, _ b: Value) -> Bool { a.bits == b.bits }
}
