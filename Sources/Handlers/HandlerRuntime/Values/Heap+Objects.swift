/// Making objects, reading and writing their fields.
extension Heap {
  /// An object without fields.
  /// - Parameter capacity: how many fields it will get, if that is known.
  func makeObject(_ objectClass: ObjectClass = .plain, capacity: Int = 4) throws(Fault) -> ObjectRef
  {
    let block = try allocate(ObjectRef.headerSize + capacity * 8)
    let object = ObjectRef(pointer: block)
    object.header = UInt64(objectClass.rawValue) << 32 | UInt64(Shape.empty)
    object.slots = (block + ObjectRef.headerSize).assumingMemoryBound(to: Value.self)
    object.capacity = capacity
    object.extra = Value(bits: 0)
    return object
  }

  /// The shape of an object that is no dictionary.
  @inline(__always) private func shape(of object: ObjectRef) -> UnsafeMutablePointer<Shape> {
    state.pointee.shapeList + Int(object.shape)
  }

  /// How many fields it has; an element, which is opaque, shows none.
  func propertyCount(_ object: ObjectRef) -> Int {
    if object.objectClass == .element { return 0 }
    return object.isDictionary ? object.table.count : shape(of: object).pointee.count
  }

  /// The own field of a name; nil when there is none. Folding of keys is the caller's.
  func property(_ object: ObjectRef, _ atom: Atom) -> Value? {
    if object.isDictionary {
      let key = string(atom)
      let entry = object.table.find(key.flatUnits, hash: key.hash)
      return entry < 0 ? nil : object.table.entries[entry].value
    }
    let slot = shape(of: object).pointee.slot(of: atom)
    return slot < 0 ? nil : object.slots[slot]
  }

  /// The own field of a name; nil when there is none.
  func property(_ object: ObjectRef, _ name: KnownName) -> Value? { property(object, Atom(name)) }

  /// The own field under a key that comes from data; nil when there is none, and of an element,
  /// which is opaque.
  func property(_ object: ObjectRef, key: StringRef) throws(Fault) -> Value? {
    if object.objectClass == .element { return nil }
    let key = try folded(key, for: object)
    if object.isDictionary {
      let entry = object.table.find(try flat(key), hash: try hash(key))
      return entry < 0 ? nil : object.table.entries[entry].value
    }
    guard let atom = try knownAtom(key) else { return nil }
    return property(object, atom)
  }

  /// Sets a field; one that is not there is put behind the others.
  /// - Throws: a fault when the object is frozen or memory is used up.
  func setProperty(_ object: ObjectRef, _ atom: Atom, _ value: Value) throws(Fault) {
    try checkStore(object.pointer)
    if object.isDictionary { return try setEntry(object, string(atom), value) }
    let slot = shape(of: object).pointee.slot(of: atom)
    if slot >= 0 {
      object.slots[slot] = value
    } else {
      try addProperty(object, atom, value, fromData: false)
    }
  }

  /// Sets a field by a name that the runtime knows.
  func setProperty(_ object: ObjectRef, _ name: KnownName, _ value: Value) throws(Fault) {
    try setProperty(object, Atom(name), value)
  }

  /// Sets a field under a key that comes from data.
  func setProperty(_ object: ObjectRef, key: StringRef, _ value: Value) throws(Fault) {
    try checkStore(object.pointer)
    let key = try folded(key, for: object)
    if object.isDictionary { return try setEntry(object, key, value) }
    if let atom = try knownAtom(key) {
      let slot = shape(of: object).pointee.slot(of: atom)
      if slot >= 0 {
        object.slots[slot] = value
        return
      }
      return try addProperty(object, atom, value, fromData: true)
    }
    let shapes = state.pointee.shapes
    // Asked first: an atom, once made, stays.
    if shapes.count < ShapeTable.dataLimit, shapes[object.shape].count < Shape.maximumProperties,
      key.length <= 64
    {
      return try addProperty(object, try atom(key), value, fromData: true)
    }
    try makeDictionary(object)
    try setEntry(object, key, value)
  }

  private func addProperty(
    _ object: ObjectRef, _ atom: Atom, _ value: Value, fromData: Bool
  ) throws(Fault) {
    let shape = shape(of: object)
    var next = shape.pointee.nextShape
    if shape.pointee.nextKey != atom.index {
      let isIndex = isIndexKey(string(atom).flatUnits)
      guard
        let found = state.pointee.shapes.adding(
          atom, isIndex: isIndex, to: object.shape, fromData: fromData)
      else {
        try makeDictionary(object)
        return try setEntry(object, string(atom), value)
      }
      next = found
    }
    let slot = shape.pointee.count
    if slot >= object.capacity { try growSlots(object, keeping: slot) }
    object.slots[slot] = value
    object.shape = next
  }

  /// Doubles the room for fields.
  func growSlots(_ object: ObjectRef, keeping count: Int) throws(Fault) {
    let capacity = max(4, object.capacity * 2)
    let slots = try allocate(capacity * 8).bindMemory(to: Value.self, capacity: capacity)
    slots.update(from: object.slots, count: count)
    object.slots = slots
    object.capacity = capacity
  }

  private func makeDictionary(_ object: ObjectRef) throws(Fault) {
    let shape = state.pointee.shapes[object.shape]
    let table = KeyTable(pointer: try allocate(KeyTable.headerSize))
    table.count = 0
    table.hasIndexKeys = shape.hasIndexKeys
    try table.grow(to: max(8, shape.count * 2), in: self)
    for slot in 0..<shape.count {
      table.append(string(Atom(index: shape.keys[slot])), object.slots[slot])
    }
    object.shape = Shape.dictionary
    object.table = table
  }

  private func setEntry(_ object: ObjectRef, _ key: StringRef, _ value: Value) throws(Fault) {
    let table = object.table
    let units = try flat(key)
    let entry = table.find(units, hash: try hash(key))
    if entry >= 0 {
      table.entries[entry].value = value
      return
    }
    if table.count >= table.capacity { try table.grow(to: table.capacity * 2, in: self) }
    if isIndexKey(units) { table.hasIndexKeys = true }
    table.append(key, value)
  }

  /// The key as the object's class reads it.
  @inline(__always)
  func folded(_ key: StringRef, for object: ObjectRef) throws(Fault) -> StringRef {
    if object.objectClass == .plain { return key }
    if !state.pointee.classes[Int(object.objectClass.rawValue)].foldsKeys { return key }
    return try lowercasedASCII(key)
  }

  /// The string with A to Z made small; itself when it has none.
  func lowercasedASCII(_ string: StringRef) throws(Fault) -> StringRef {
    let units = try flat(string)
    func isUpper(_ unit: UInt16) -> Bool { unit >= 0x41 && unit <= 0x5A }
    guard (0..<units.count).contains(where: { isUpper(units[$0]) }) else { return string }
    return try withUnits(
      (0..<units.count).map { isUpper(units[$0]) ? units[$0] | 0x20 : units[$0] })
  }
}

/// Enumerating fields.
extension Heap {
  /// Calls `body` with every key and value, in JavaScript's order: keys that look like array
  /// indices first, ascending, then the others as they were inserted. Fields that `body` adds are
  /// not visited.
  func forEachProperty(
    _ object: ObjectRef, _ body: (StringRef, Value) throws(Fault) -> Void
  ) throws(Fault) {
    let count = propertyCount(object)
    guard hasIndexKeys(object) else {
      for position in 0..<count {
        let (key, value) = property(object, at: position)
        try body(key, value)
      }
      return
    }
    for position in enumerationOrder(object, count) {
      let (key, value) = property(object, at: position)
      try body(key, value)
    }
  }

  /// The field that was inserted at a position below ``propertyCount(_:)``.
  func property(_ object: ObjectRef, at position: Int) -> (key: StringRef, value: Value) {
    if object.isDictionary {
      let entry = object.table.entries[position]
      return (entry.key, entry.value)
    }
    let shape = shape(of: object).pointee
    return (string(Atom(index: shape.keys[position])), object.slots[position])
  }

  /// Whether enumeration differs from insertion.
  func hasIndexKeys(_ object: ObjectRef) -> Bool {
    object.isDictionary
      ? object.table.hasIndexKeys : state.pointee.shapes[object.shape].hasIndexKeys
  }

  private func enumerationOrder(_ object: ObjectRef, _ count: Int) -> [Int] {
    var indices: [(UInt32, Int)] = []
    var others: [Int] = []
    for position in 0..<count {
      if let index = indexKey(property(object, at: position).key.flatUnits) {
        indices.append((index, position))
      } else {
        others.append(position)
      }
    }
    indices.sort { $0.0 < $1.0 }
    return indices.map(\.1) + others
  }

  /// Copies every field of one object to another, as spread does.
  func copyProperties(from source: ObjectRef, to target: ObjectRef) throws(Fault) {
    try checkStore(target.pointer)
    let folds = state.pointee.classes[Int(target.objectClass.rawValue)].foldsKeys
    if !folds, !source.isDictionary, target.shape == Shape.empty,
      !state.pointee.shapes[source.shape].hasIndexKeys
    {
      let count = state.pointee.shapes[source.shape].count
      while target.capacity < count { try growSlots(target, keeping: 0) }
      target.slots.update(from: source.slots, count: count)
      target.shape = source.shape
      return
    }
    try forEachProperty(source) { (key, value) throws(Fault) in
      try setProperty(target, key: key, value)
    }
  }
}
