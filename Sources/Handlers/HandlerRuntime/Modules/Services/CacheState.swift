import Encodings

/// What ``CacheService`` guards: a dictionary into a pool of slots, a list through the slots from
/// the most to the least recently used, and a heap of the ends of those that have one.
struct CacheState {
  private struct Slot {
    var key: CacheKey
    var value: [UInt8]
    var expiry: Double
    var newer: Int
    var older: Int
  }
  /// An end that was set at some time. It means nothing once the slot's own end is another.
  private struct Ending {
    var expiry: Double
    var slot: Int
  }
  private struct Counters {
    var hits = 0
    var misses = 0
    var size = 0
  }
  // What an entry costs beside its bytes: slot, dictionary entry, array headers.
  private static let overhead = 192

  private let maximumBytes: Int
  private(set) var usedBytes = 0
  private var slots: [Slot] = []
  private var free: [Int] = []
  private var places: [CacheKey: Int] = [:]
  private var newest = -1
  private var oldest = -1
  private var endings: [Ending] = []
  private var counters: [ByteName: Counters] = [:]

  init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

  mutating func get(_ key: CacheKey, now: Double) -> [UInt8]? {
    removeExpired(now)
    guard let place = places[key] else {
      // Only namespaces that were ever written get a counter of misses of their own, so that names
      // made up by requests cannot fill the table.
      counters[ByteName(key.namespace)]?.misses += 1
      if counters[ByteName(key.namespace)] == nil { countFirstMiss(key.namespace) }
      return nil
    }
    counters[ByteName(key.namespace)]?.hits += 1
    unlink(place)
    pushNewest(place)
    return slots[place].value
  }

  mutating func takeBack(_ namespace: String, isHit: Bool) {
    if isHit {
      counters[ByteName(namespace)]?.hits -= 1
    } else {
      counters[ByteName(namespace)]?.misses -= 1
    }
  }

  private mutating func countFirstMiss(_ namespace: String) {
    if counters.count < 4096 { counters[ByteName(namespace)] = Counters(misses: 1) }
  }

  mutating func set(_ key: CacheKey, value: [UInt8], expiry: Double, now: Double) -> Bool {
    removeExpired(now)
    if let place = places[key] { remove(place) }
    let cost = Self.cost(key, value)
    guard cost <= maximumBytes else { return false }
    while usedBytes + cost > maximumBytes, oldest >= 0 { remove(oldest) }
    let place = makeSlot(Slot(key: key, value: value, expiry: expiry, newer: -1, older: -1))
    places[key] = place
    usedBytes += cost
    counters[ByteName(key.namespace), default: Counters()].size += 1
    pushNewest(place)
    note(expiry, of: place)
    return true
  }

  mutating func delete(_ key: CacheKey, now: Double) -> Bool {
    removeExpired(now)
    guard let place = places[key] else { return false }
    remove(place)
    return true
  }

  mutating func increment(
    _ key: CacheKey, by delta: Double, expiry: Double, now: Double,
    parse: (ArraySlice<UInt8>) -> Double?, format: (Double) -> [UInt8]
  ) -> Result<Double, CacheService.CounterError> {
    removeExpired(now)
    var start = 0.0
    var end = expiry
    if let place = places[key] {
      guard let number = parse(slots[place].value[...]) else { return .failure(.notANumber) }
      start = number
      end = slots[place].expiry
    }
    let sum = start + delta
    _ = set(key, value: format(sum), expiry: end, now: now)
    return .success(sum)
  }

  /// Adds one to a counter of ours, which starts at 0 and keeps the end it was made with.
  /// - Returns: the sum and the end; nil where the key alone does not fit.
  mutating func count(
    _ key: CacheKey, expiry: Double, now: Double
  ) -> (count: Int, expiry: Double)? {
    removeExpired(now)
    var count = 1
    var end = expiry
    if let place = places[key] {
      let bytes = slots[place].value
      count += bytes.reduce(0) { $0 << 8 | Int($1) }
      end = slots[place].expiry
    }
    let bytes = (0..<6).map { UInt8(truncatingIfNeeded: count >> (40 - 8 * $0)) }
    return set(key, value: bytes, expiry: end, now: now) ? (count, end) : nil
  }

  mutating func statistics(namespace: String?, now: Double) -> CacheService.Statistics {
    removeExpired(now)
    var out = CacheService.Statistics()
    let wanted = namespace.map { ByteName($0) }
    for (name, counted) in counters where wanted == nil || wanted == name {
      out.hits += counted.hits
      out.misses += counted.misses
      out.size += counted.size
    }
    return out
  }

  /// Everything that is held, in no order.
  var entries: [(namespace: String, key: [UInt8], value: [UInt8])] {
    places.map { ($0.key.namespace, $0.key.key, slots[$0.value].value) }
  }

  // MARK: Slots

  private static func cost(_ key: CacheKey, _ value: [UInt8]) -> Int {
    overhead + key.namespace.utf8.count + key.key.count + value.count
  }

  private mutating func makeSlot(_ slot: Slot) -> Int {
    if let place = free.popLast() {
      slots[place] = slot
      return place
    }
    slots.append(slot)
    return slots.count - 1
  }

  private mutating func remove(_ place: Int) {
    let slot = slots[place]
    unlink(place)
    places[slot.key] = nil
    usedBytes -= Self.cost(slot.key, slot.value)
    counters[ByteName(slot.key.namespace)]?.size -= 1
    slots[place] = Slot(
      key: CacheKey(namespace: "", key: []), value: [], expiry: .nan, newer: -1, older: -1)
    free.append(place)
  }

  private mutating func unlink(_ place: Int) {
    let (newer, older) = (slots[place].newer, slots[place].older)
    if newer >= 0 { slots[newer].older = older } else { newest = older }
    if older >= 0 { slots[older].newer = newer } else { oldest = newer }
  }

  private mutating func pushNewest(_ place: Int) {
    slots[place].newer = -1
    slots[place].older = newest
    if newest >= 0 { slots[newest].newer = place } else { oldest = place }
    newest = place
  }

  // MARK: Ends

  private mutating func removeExpired(_ now: Double) {
    while let first = endings.first, first.expiry <= now {
      popEnding()
      // An entry written over since has another end, and a freed slot's is not a number.
      if slots[first.slot].expiry == first.expiry { remove(first.slot) }
    }
  }

  private mutating func note(_ expiry: Double, of place: Int) {
    guard expiry < .infinity else { return }
    if endings.count > 2 * places.count + 64 { dropOutdatedEndings() }
    endings.append(Ending(expiry: expiry, slot: place))
    var child = endings.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard endings[child].expiry < endings[parent].expiry else { break }
      endings.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func popEnding() {
    let last = endings.removeLast()
    guard !endings.isEmpty else { return }
    endings[0] = last
    sink(from: 0)
  }

  private mutating func sink(from start: Int) {
    var parent = start
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < endings.count {
        if endings[child].expiry < endings[smallest].expiry { smallest = child }
      }
      guard smallest != parent else { return }
      endings.swapAt(parent, smallest)
      parent = smallest
    }
  }

  private mutating func dropOutdatedEndings() {
    var seen: Set<Int> = []
    endings = endings.filter { slots[$0.slot].expiry == $0.expiry && seen.insert($0.slot).inserted }
    for parent in stride(from: endings.count / 2, through: 0, by: -1) where parent < endings.count {
      sink(from: parent)
    }
  }
}
