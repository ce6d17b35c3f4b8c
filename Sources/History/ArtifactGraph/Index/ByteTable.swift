import Glibc

/// A dictionary from bytes that is asked with bytes where they lie, without an array around them.
struct ByteTable<Value> {
  private var entries: [ByteTableEntry<Value>] = []
  // Places in `entries`, -1 for none; open addressing, at most half full.
  private var slots: [Int32] = [Int32](repeating: -1, count: 64)

  var count: Int { entries.count }

  var values: [Value] { entries.map(\.value) }

  mutating func removeAll() { self = ByteTable() }

  func value(_ key: UnsafeBufferPointer<UInt8>) -> Value? {
    let found = slots[slot(key, Self.hash(key))]
    return found < 0 ? nil : entries[Int(found)].value
  }

  mutating func set(_ key: UnsafeBufferPointer<UInt8>, _ value: Value) {
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

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (index, entry) in entries.enumerated() {
      var slot = entry.hash & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }

  // Where the key is, or belongs.
  private func slot(_ key: UnsafeBufferPointer<UInt8>, _ hash: Int) -> Int {
    var slot = hash & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.hash == hash, key.isSame(as: entry.key) { return slot }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  // Seeded, so that nobody can write a ledger whose keys all fall on one slot.
  private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(key))
    return hasher.finalize()
  }
}

extension ByteTable: Sendable where Value: Sendable {}

private struct ByteTableEntry<Value> {
  var hash: Int
  var key: [UInt8]
  var value: Value
}

extension ByteTableEntry: Sendable where Value: Sendable {}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes are those of an array.
  func isSame(as bytes: [UInt8]) -> Bool {
    guard count == bytes.count else { return false }
    guard count > 0, let base = baseAddress else { return true }
    return memcmp(base, bytes, count) == 0
  }
}
