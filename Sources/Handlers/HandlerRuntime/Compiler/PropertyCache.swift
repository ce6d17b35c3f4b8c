/// What one place in the program remembers of the last objects it looked into.
///
/// A header names shape and class, so an object with the same header has the key in the same slot.
/// Shapes are permanent, which is why no cache ever needs to be cleared. `noHeader` matches no
/// object.
struct PropertyCache {
  var header: UInt64 = noHeader
  var slot = 0
  var secondHeader: UInt64 = noHeader
  var secondSlot = 0
  /// For stores: the header after the key was added in `slot`.
  var addedHeader: UInt64 = noHeader

  static let noHeader: UInt64 = .max
}

/// The caches of an isolate. Their addresses stay valid as long as it lives.
final class PropertyCachePool {
  private var blocks: [UnsafeMutablePointer<PropertyCache>] = []
  private var used = PropertyCachePool.blockSize
  private static let blockSize = 256

  /// A cache that remembers nothing yet.
  func make() -> UnsafeMutablePointer<PropertyCache> {
    if used == Self.blockSize {
      blocks.append(.allocate(capacity: Self.blockSize))
      used = 0
    }
    let cache = blocks[blocks.count - 1] + used
    cache.initialize(to: PropertyCache())
    used += 1
    return cache
  }

  deinit { for block in blocks { block.deallocate() } }
}
