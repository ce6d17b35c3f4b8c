/// `zigttp:ratelimit`.
enum RateLimitNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.rateCheck] = { c throws(Fault) in
      let key = try c.utf8Argument(0, "key", of: "rateCheck")
      let window = try c.numberArgument(1, "windowSeconds", of: "rateCheck")
      guard window > 0, window.isFinite else {
        throw Fault("rateCheck: windowSeconds must be a number above 0")
      }
      let limit = try c.integerArgument(2, "limit", in: 0...(1 << 30), of: "rateCheck")
      let found = try c.services().rates.check(key: key, windowSeconds: window, limit: limit)
      let object = try c.heap.makeObject(.plain, capacity: 2)
      if found.isAllowed {
        try c.heap.setProperty(object, .remaining, Value(found.remaining))
        try c.heap.setProperty(object, .resetMs, Value(found.resetMilliseconds))
        return try ResultObject.success(Value(object), c)
      }
      try c.heap.setProperty(object, .resetMs, Value(found.resetMilliseconds))
      try c.heap.setProperty(
        object, .retryAfter, Value((found.resetMilliseconds / 1000).rounded(.up)))
      return try ResultObject.failure(error: Value(object), c)
    }
    registry.modules[.rateReset] = { c throws(Fault) in
      Value(try c.services().rates.reset(key: try c.utf8Argument(0, "key", of: "rateReset")))
    }
  }
}
