/// What an object is, besides its fields: which methods it has and how its keys are read.
struct ObjectClass: RawRepresentable, Hashable, Sendable {
  let rawValue: UInt8
  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `{…}` and everything without a class of its own.
  static let plain = ObjectClass(rawValue: 0)
  static let headers = ObjectClass(rawValue: 1)
  static let request = ObjectClass(rawValue: 2)
  static let response = ObjectClass(rawValue: 3)
  static let result = ObjectClass(rawValue: 4)
  /// What JSX and `h` give.
  static let element = ObjectClass(rawValue: 5)
}

/// An object in the heap.
///
/// Layout: `shape` (UInt32), `class` (UInt32), `slots` (address of values; of a ``KeyTable``
/// header for a dictionary), `capacity` (UInt32), 4 bytes unused, `extra` (a word for the class's
/// own use, 0 at first), then the inline slots.
///
/// Invariant: slots `0 ..< count of the shape` hold values, `capacity` is at least that count.
struct ObjectRef {
  let pointer: UnsafeMutableRawPointer

  static let headerSize = 32

  @inline(__always) init(pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

  /// Shape and class in one word: what inline caches compare.
  @inline(__always) var header: UInt64 {
    get { pointer.load(as: UInt64.self) }
    nonmutating set { pointer.storeBytes(of: newValue, as: UInt64.self) }
  }
  @inline(__always) var shape: ShapeID {
    get { pointer.load(as: UInt32.self) }
    nonmutating set { pointer.storeBytes(of: newValue, as: UInt32.self) }
  }
  @inline(__always) var objectClass: ObjectClass {
    get { ObjectClass(rawValue: pointer.load(fromByteOffset: 4, as: UInt8.self)) }
    nonmutating set {
      pointer.storeBytes(of: UInt32(newValue.rawValue), toByteOffset: 4, as: UInt32.self)
    }
  }
  @inline(__always) var slots: UnsafeMutablePointer<Value> {
    get { pointer.load(fromByteOffset: 8, as: UnsafeMutablePointer<Value>.self) }
    nonmutating set {
      pointer.storeBytes(of: newValue, toByteOffset: 8, as: UnsafeMutablePointer<Value>.self)
    }
  }
  @inline(__always) var capacity: Int {
    get { Int(pointer.load(fromByteOffset: 16, as: UInt32.self)) }
    nonmutating set {
      pointer.storeBytes(
        of: UInt32(truncatingIfNeeded: newValue), toByteOffset: 16, as: UInt32.self)
    }
  }
  /// A value that belongs to the object's class and is no field of it.
  @inline(__always) var extra: Value {
    get { Value(bits: pointer.load(fromByteOffset: 24, as: UInt64.self)) }
    nonmutating set { pointer.storeBytes(of: newValue.bits, toByteOffset: 24, as: UInt64.self) }
  }
  @inline(__always) var isDictionary: Bool { shape == Shape.dictionary }
  /// The hash table; only when `isDictionary`.
  @inline(__always) var table: KeyTable {
    get { KeyTable(pointer: UnsafeMutableRawPointer(slots)) }
    nonmutating set { slots = newValue.pointer.assumingMemoryBound(to: Value.self) }
  }

  /// Whether both are one object.
  static func === (a: ObjectRef, b: ObjectRef) -> Bool { a.pointer == b.pointer }
}

/// What objects of a class can do.
struct ClassBehavior: Sendable {
  /// Its methods by name.
  var methods = NativeMap<String>()
  /// `object.name(…)` means the method even where a field has that name.
  var methodsFirst = false
  /// Keys are lower-cased before they are looked up or stored.
  var foldsKeys = false
  /// What `String(object)` gives; nil: `[object Object]`.
  var text: (@Sendable (CallContext, ObjectRef) throws(Fault) -> Value)?
}

/// An array in the heap: `count` (UInt32), `capacity` (UInt32), address of the elements.
///
/// Invariant: elements `0 ..< count` hold values; there are no holes.
struct ArrayRef {
  let pointer: UnsafeMutableRawPointer

  static let headerSize = 16
  /// The most elements an array may have.
  static let maximumCount = 1 << 27

  @inline(__always) init(pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

  /// How many elements there are.
  @inline(__always) var count: Int {
    get { Int(pointer.load(as: UInt32.self)) }
    nonmutating set {
      pointer.storeBytes(of: UInt32(truncatingIfNeeded: newValue), as: UInt32.self)
    }
  }
  @inline(__always) var capacity: Int {
    get { Int(pointer.load(fromByteOffset: 4, as: UInt32.self)) }
    nonmutating set {
      pointer.storeBytes(
        of: UInt32(truncatingIfNeeded: newValue), toByteOffset: 4, as: UInt32.self)
    }
  }
  /// The elements. The address changes when the array grows: read it again after any call.
  @inline(__always) var elements: UnsafeMutablePointer<Value> {
    get { pointer.load(fromByteOffset: 8, as: UnsafeMutablePointer<Value>.self) }
    nonmutating set {
      pointer.storeBytes(of: newValue, toByteOffset: 8, as: UnsafeMutablePointer<Value>.self)
    }
  }
  /// The element at an index; `undefined` outside.
  @inline(__always) subscript(index: Int) -> Value {
    UInt(bitPattern: index) < UInt(count) ? elements[index] : .undefined
  }

  /// Whether both are one array.
  static func === (a: ArrayRef, b: ArrayRef) -> Bool { a.pointer == b.pointer }
}

/// A function in the heap: `code` (UInt32: index into the isolate's code or natives), `kind`
/// (UInt8), `count` of captured words (UInt32), then those words.
struct FunctionRef {
  let pointer: UnsafeMutableRawPointer

  /// What `code` is an index of.
  enum Kind {
    /// A function of the program; captured words are cell addresses or values.
    static let closure: UInt8 = 0
    /// A native; captured words are values.
    static let native: UInt8 = 1
    /// Guards around a plain function: its index among them as a number, then all of them.
    static let sequence: UInt8 = 2
  }

  static let headerSize = 16

  @inline(__always) init(pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

  @inline(__always) var code: Int { Int(pointer.load(as: UInt32.self)) }
  @inline(__always) var kind: UInt8 { pointer.load(fromByteOffset: 4, as: UInt8.self) }
  @inline(__always) var captureCount: Int {
    Int(pointer.load(fromByteOffset: 8, as: UInt32.self))
  }
  @inline(__always) var captures: UnsafeMutablePointer<Value> {
    (pointer + Self.headerSize).assumingMemoryBound(to: Value.self)
  }
}
