/// The comparison operators.
enum Comparison {
  /// `a === b`.
  struct Equal: ComparisonKernel {
    @inline(__always)
    static func test(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Bool {
      if a.isNumber && b.isNumber { return a.number == b.number }
      if a.bits == b.bits { return true }
      if a.isString && b.isString { return try Comparison.equalStrings(a, b, site) }
      return false
    }
  }
  /// `a !== b`.
  struct NotEqual: ComparisonKernel {
    @inline(__always)
    static func test(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Bool {
      !(try Equal.test(a, b, frame, site))
    }
  }
  struct Less: ComparisonKernel {
    @inline(__always)
    static func test(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Bool {
      if a.isNumber && b.isNumber { return a.number < b.number }
      return try Comparison.isOrdered(a, b, frame, site, .before, .before)
    }
  }
  struct LessOrEqual: ComparisonKernel {
    @inline(__always)
    static func test(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Bool {
      if a.isNumber && b.isNumber { return a.number <= b.number }
      return try Comparison.isOrdered(a, b, frame, site, .before, .equal)
    }
  }
  struct Greater: ComparisonKernel {
    @inline(__always)
    static func test(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Bool {
      if a.isNumber && b.isNumber { return a.number > b.number }
      return try Comparison.isOrdered(a, b, frame, site, .after, .after)
    }
  }
  struct GreaterOrEqual: ComparisonKernel {
    @inline(__always)
    static func test(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Bool {
      if a.isNumber && b.isNumber { return a.number >= b.number }
      return try Comparison.isOrdered(a, b, frame, site, .after, .equal)
    }
  }
  /// `key in object`.
  struct In: ComparisonKernel {
    static func test(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Bool {
      let context = site.context(frame)
      return try site.here { () throws(Fault) in try PropertyAccess.has(b, a, context) }
    }
  }

  /// How two values sort; numbers that are not comparable are `unordered`.
  enum Order { case before, equal, after, unordered }

  @inline(never)
  static func equalStrings(_ a: Value, _ b: Value, _ site: Site) throws(Fault) -> Bool {
    try site.here { () throws(Fault) in try site.heap.equal(a.string, b.string) }
  }

  /// Whether two values sort in one of two ways.
  @inline(never)
  static func isOrdered(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site, _ first: Order, _ second: Order
  ) throws(Fault) -> Bool {
    let order = try order(a, b, frame, site)
    return order == first || order == second
  }

  /// Strings by unit, everything else as numbers.
  private static func order(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Order {
    let context = site.context(frame)
    return try site.here { () throws(Fault) in
      // Arrays and objects have text but no number of their own, so they compare as text.
      let left = a.isReference ? Value(try context.toText(a)) : a
      let right = b.isReference ? Value(try context.toText(b)) : b
      if left.isString && right.isString {
        let x = try site.heap.flat(left.string)
        let y = try site.heap.flat(right.string)
        try site.heap.spend(min(x.count, y.count) >> 1)
        return x.equals(y) ? .equal : (x.precedes(y) ? .before : .after)
      }
      let x = try context.toNumber(left)
      let y = try context.toNumber(right)
      return x < y ? .before : (x > y ? .after : (x == y ? .equal : .unordered))
    }
  }
}
