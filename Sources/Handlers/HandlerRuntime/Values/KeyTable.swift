/// The hash table of an object with very many or unforeseen keys, in the arena.
///
/// Layout of the header: `count` (UInt32), `capacity` of entries (UInt32), `mask` of the index
/// (UInt32), `hasIndexKeys` (UInt32), address of the entries (key address and value each), address
/// of the index (UInt32 each: entry + 1, 0 when free). Entries stand in order of insertion.
///
/// Invariant: the index has at least twice as many places as there are entries, so that a search
/// always meets a free one.
struct KeyTable {
  let pointer: UnsafeMutableRawPointer

  static let headerSize = 32

  struct Entry {
    var key: StringRef
    var value: Value
  }

  @inline(__always) init(pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

  var count: Int {
    get { Int(pointer.load(as: UInt32.self)) }
    nonmutating set { pointer.storeBytes(of: UInt32(newValue), as: UInt32.self) }
  }
  var capacity: Int {
    get { Int(pointer.load(fromByteOffset: 4, as: UInt32.self)) }
    nonmutating set { pointer.storeBytes(of: UInt32(newValue), toByteOffset: 4, as: UInt32.self) }
  }
  var mask: Int {
    get { Int(pointer.load(fromByteOffset: 8, as: UInt32.self)) }
    nonmutating set { pointer.storeBytes(of: UInt32(newValue), toByteOffset: 8, as: UInt32.self) }
  }
  var hasIndexKeys: Bool {
    get { pointer.load(fromByteOffset: 12, as: UInt32.self) != 0 }
    nonmutating set {
      pointer.storeBytes(of: newValue ? 1 : 0, toByteOffset: 12, as: UInt32.self)
    }
  }
  var entries: UnsafeMutablePointer<Entry> {
    get { pointer.load(fromByteOffset: 16, as: UnsafeMutablePointer<Entry>.self) }
    nonmutating set {
      pointer.storeBytes(of: newValue, toByteOffset: 16, as: UnsafeMutablePointer<Entry>.self)
    }
  }
  var index: UnsafeMutablePointer<UInt32> {
    get { pointer.load(fromByteOffset: 24, as: UnsafeMutablePointer<UInt32>.self) }
    nonmutating set {
      pointer.storeBytes(of: newValue, toByteOffset: 24, as: UnsafeMutablePointer<UInt32>.self)
    }
  }

  /// The entry of a key, or -1.
  func find(_ key: FlatString, hash: UInt32) -> Int {
    var place = Int(hash) & mask
    while true {
      let entry = Int(index[place]) - 1
      if entry < 0 { return -1 }
      let candidate = entries[entry].key
      if candidate.hash == hash, candidate.flatUnits.equals(key) { return entry }
      place = (place + 1) & mask
    }
  }

  /// Puts a key that is not there yet behind the others; there must be room.
  func append(_ key: StringRef, _ value: Value) {
    let entry = count
    (entries + entry).initialize(to: Entry(key: key, value: value))
    count = entry + 1
    place(entry, hash: key.hash)
  }

  private func place(_ entry: Int, hash: UInt32) {
    var place = Int(hash) & mask
    while index[place] != 0 { place = (place + 1) & mask }
    index[place] = UInt32(entry + 1)
  }

  /// Gives it room for `capacity` entries in blocks of its own.
  func grow(to capacity: Int, in heap: Heap) throws(Fault) {
    guard capacity <= 1 << 26 else { throw Fault.outOfMemory }
    var places = 16
    while places < capacity * 2 { places *= 2 }
    let newEntries = try heap.allocate(capacity * MemoryLayout<Entry>.stride)
      .bindMemory(to: Entry.self, capacity: capacity)
    let newIndex = try heap.allocate(places * 4).bindMemory(to: UInt32.self, capacity: places)
    newIndex.update(repeating: 0, count: places)
    if count > 0 { newEntries.update(from: entries, count: count) }
    entries = newEntries
    index = newIndex
    self.capacity = capacity
    mask = places - 1
    for entry in 0..<count { place(entry, hash: entries[entry].key.hash) }
  }
}
