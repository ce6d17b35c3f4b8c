/// `zigttp:cache`.
enum CacheNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.cacheGet] = { c throws(Fault) in
      let namespace = try namespace(c, of: "cacheGet")
      let key = try c.utf8Argument(1, "key", of: "cacheGet")
      let host = try c.isolateHost()
      let found = host.services.cache.get(namespace: namespace, key: key)
      host.provisional?.reads.append((namespace, found != nil))
      return try found.map { (bytes) throws(Fault) in try c.value(utf8: bytes) } ?? .undefined
    }
    registry.modules[.cacheSet] = { c throws(Fault) in
      let namespace = try namespace(c, of: "cacheSet")
      let key = try c.utf8Argument(1, "key", of: "cacheSet")
      let value = try c.utf8Argument(2, "value", of: "cacheSet")
      return Value(
        try c.services().cache.set(
          namespace: namespace, key: key, value: value,
          ttlSeconds: try timeToLive(c, 3, of: "cacheSet")))
    }
    registry.modules[.cacheDelete] = { c throws(Fault) in
      let namespace = try namespace(c, of: "cacheDelete")
      let key = try c.utf8Argument(1, "key", of: "cacheDelete")
      return Value(try c.services().cache.delete(namespace: namespace, key: key))
    }
    registry.modules[.cacheIncr] = increment
    registry.modules[.cacheStats] = statistics
  }

  private static let increment: Native = { c throws(Fault) in
    let namespace = try namespace(c, of: "cacheIncr")
    let key = try c.utf8Argument(1, "key", of: "cacheIncr")
    let delta = try c.numberArgument(2, "delta", of: "cacheIncr", absent: 1)
    guard delta.isFinite else { throw Fault("cacheIncr: delta must be a finite number") }
    let ttl = try timeToLive(c, 3, of: "cacheIncr")
    let cache = try c.services().cache
    do throws(CacheService.CounterError) {
      return Value(
        try cache.increment(
          namespace: namespace, key: key, by: delta, ttlSeconds: ttl, parse: number,
          format: { Array(NumberFormatting.text($0).utf8) }))
    } catch {
      throw Fault("cacheIncr: what is stored under the key is not a number")
    }
  }

  private static let statistics: Native = { c throws(Fault) in
    let isWhole = c.arguments[0].isUndefined
    let name = isWhole ? nil : try namespace(c, of: "cacheStats")
    let found = try c.services().cache.statistics(namespace: name)
    let object = try c.heap.makeObject(.plain, capacity: 3)
    try c.heap.setProperty(object, .hits, Value(found.hits))
    try c.heap.setProperty(object, .misses, Value(found.misses))
    try c.heap.setProperty(object, .size, Value(found.size))
    return Value(object)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
    let number = Array(bytes).withUnsafeBufferPointer { NumberParsing.number($0) }
    return bytes.isEmpty || number.isNaN ? nil : number
  }

  private static func namespace(
    _ c: CallContext, of function: StaticString
  ) throws(Fault) -> String {
    let name = try c.swiftArgument(0, "namespace", of: function)
    guard try c.services().policy.allowsNamespace(name) else {
      throw Fault("\(function): the namespace is not in the contract", kind: .refused)
    }
    return name
  }

  private static func timeToLive(
    _ c: CallContext, _ index: Int, of function: StaticString
  ) throws(Fault) -> Double? {
    if c.arguments[index].isUndefined { return nil }
    let seconds = try c.numberArgument(index, "ttlSeconds", of: function)
    guard seconds >= 0 else { throw Fault("\(function): ttlSeconds must not be negative") }
    return seconds
  }
}
