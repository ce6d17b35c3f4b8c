import Glibc

/// A dictionary from bytes that is asked with bytes where they lie, without an array around them.
@frozen public struct ByteTable<Value> {
  // Compiled into each module that asks it: it is asked several times a row.
  @usableFromInline var entries: [ByteTableEntry<Value>] = []
  // Places in `entries`, -1 for none; open addressing, at most half full.
  @usableFromInline var slots: [Int32] = [Int32](repeating: -1, count: 64)

  /// An empty one.
  @inlinable public init() {}

  /// How many keys there are.
  @inlinable public var count: Int { entries.count }

  /// Every value, in the order of their keys' first use.
  @inlinable public var values: [Value] { entries.map(\.value) }

  /// Forgets everything.
  @inlinable public mutating func removeAll() { self = ByteTable() }

  /// What is kept under a key; nil where nothing is.
  @inlinable public func value(_ key: UnsafeBufferPointer<UInt8>) -> Value? {
    let found = slots[slot(key, Self.hash(key))]
    return found < 0 ? nil : entries[Int(found)].value
  }

  /// Keeps a value under a key, instead of any other.
  @inlinable public mutating func set(_ key: UnsafeBufferPointer<UInt8>, _ value: Value) {
    let hash = Self.hash(key)
    let slot = slot(key, hash)
    if slots[slot] >= 0 {
      entries[Int(slots[slot])].value = value
      return
    }
    slots[slot] = Int32(entries.count)
    entries.append(ByteTableEntry(hash: hash, key: Array(key), value: value))
    if entries.count * 2 > slots.count { grow() }
  }

  @usableFromInline mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (index, entry) in entries.enumerated() {
      var slot = entry.hash & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }

  // Where the key is, or belongs.
  @inlinable func slot(_ key: UnsafeBufferPointer<UInt8>, _ hash: Int) -> Int {
    var slot = hash & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.hash == hash, key.isSame(as: entry.key) { return slot }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  // Seeded, so that nobody can write a ledger whose keys all fall on one slot.
  @inlinable static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(key))
    return hasher.finalize()
  }
}

extension ByteTable: Sendable where Value: Sendable {}

@usableFromInline @frozen struct ByteTableEntry<Value> {
  @usableFromInline var hash: Int
  @usableFromInline var key: [UInt8]
  @usableFromInline var value: Value

  @inlinable init(hash: Int, key: [UInt8], value: Value) {
    self.hash = hash
    self.key = key
    self.value = value
  }
}

extension ByteTableEntry: Sendable where Value: Sendable {}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes are those of an array.
  @inlinable public func isSame(as bytes: [UInt8]) -> Bool {
    guard count == bytes.count else { return false }
    return begins(with: bytes)
  }

  /// Whether the bytes of an array stand here first.
  @inlinable public func begins(with bytes: [UInt8]) -> Bool {
    guard count >= bytes.count else { return false }
    guard bytes.count > 0, let base = baseAddress else { return true }
    return memcmp(base, bytes, bytes.count) == 0
  }
}
