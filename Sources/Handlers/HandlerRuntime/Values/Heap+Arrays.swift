/// Making arrays and functions, reading and writing elements.
extension Heap {
  /// Whether an array is to be made a text: one that stands in itself is empty there.
  func beginJoining(_ array: ArrayRef) -> Bool {
    guard !state.pointee.joining.contains(array.pointer) else { return false }
    state.pointee.joining.append(array.pointer)
    return true
  }

  /// The text of the array that was begun last is made.
  func endJoining() { state.pointee.joining.removeLast() }

  /// An empty array with room for `capacity` elements.
  func makeArray(capacity: Int = 8) throws(Fault) -> ArrayRef {
    guard capacity >= 0, capacity <= ArrayRef.maximumCount else {
      throw Fault("an array would be too long")
    }
    let block = try allocate(ArrayRef.headerSize + capacity * 8)
    let array = ArrayRef(pointer: block)
    array.count = 0
    array.capacity = capacity
    array.elements = (block + ArrayRef.headerSize).assumingMemoryBound(to: Value.self)
    return array
  }

  /// An array of these values.
  func makeArray(_ values: UnsafeBufferPointer<Value>) throws(Fault) -> ArrayRef {
    let array = try makeArray(capacity: values.count)
    if let start = values.baseAddress { array.elements.update(from: start, count: values.count) }
    array.count = values.count
    return array
  }

  /// An array of these values.
  func makeArray(_ values: [Value]) throws(Fault) -> ArrayRef {
    try values.withUnsafeBufferPointer { (buffer) throws(Fault) in try makeArray(buffer) }
  }

  /// Puts a value behind the others.
  /// - Throws: a fault when the array is frozen or memory is used up.
  @inline(__always) func append(_ array: ArrayRef, _ value: Value) throws(Fault) {
    try checkStore(array.pointer)
    let count = array.count
    if count == array.capacity { try reserve(array, count + 1) }
    array.elements[count] = value
    array.count = count &+ 1
  }

  /// Makes room for at least `count` elements.
  @inline(never) func reserve(_ array: ArrayRef, _ count: Int) throws(Fault) {
    guard count > array.capacity else { return }
    guard count <= ArrayRef.maximumCount else { throw Fault("an array would be too long") }
    let capacity = min(max(8, array.capacity * 2, count), ArrayRef.maximumCount)
    let elements = try allocate(capacity * 8).bindMemory(to: Value.self, capacity: capacity)
    elements.update(from: array.elements, count: array.count)
    array.elements = elements
    array.capacity = capacity
  }

  /// Sets an element; beyond the end the array grows and what lies between is `undefined`.
  func setElement(_ array: ArrayRef, _ index: Int, _ value: Value) throws(Fault) {
    try checkStore(array.pointer)
    let count = array.count
    if index < count {
      array.elements[index] = value
    } else if index == count {
      try append(array, value)
    } else {
      try setCount(array, index + 1)
      array.elements[index] = value
    }
  }

  /// `array.length = count`.
  func setCount(_ array: ArrayRef, _ count: Int) throws(Fault) {
    try checkStore(array.pointer)
    guard count <= ArrayRef.maximumCount else { throw Fault("an array would be too long") }
    try reserve(array, count)
    let old = array.count
    if count > old { (array.elements + old).update(repeating: .undefined, count: count - old) }
    array.count = count
  }

  /// A function with captured words, which the caller fills at once.
  func makeFunction(code: Int, kind: UInt8, captureCount: Int) throws(Fault) -> FunctionRef {
    let block = try allocate(FunctionRef.headerSize + captureCount * 8)
    block.storeBytes(of: UInt32(code), as: UInt32.self)
    block.storeBytes(of: UInt32(kind), toByteOffset: 4, as: UInt32.self)
    block.storeBytes(of: UInt64(captureCount), toByteOffset: 8, as: UInt64.self)
    return FunctionRef(pointer: block)
  }
}
