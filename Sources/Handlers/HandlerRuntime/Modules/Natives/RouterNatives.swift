import Encodings

/// `zigttp:router`.
enum RouterNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.routerMatch] = routerMatch
  }

  /// `routerMatch(table, req)`: `{handler, route, params}` or undefined. `handler` is the table's
  /// value; `route` is that too where it is a string, which then names the route, and the key
  /// otherwise. Parameters are percent-decoded.
  private static let routerMatch: Native = { c throws(Fault) in
    guard c.arguments[0].isObject, c.arguments[1].isObject else {
      throw Fault("routerMatch: expected a table of routes and a request")
    }
    let table = c.arguments[0].object
    let routes = try linked(table, c)
    let method = c.field(c.arguments[1], .method)
    let path = try requestPath(c)
    guard method.isString, let path else { return .undefined }
    let flat = try c.heap.flat(path)
    let methodBytes = try c.heap.utf8(method.string)
    try c.spend(routes.atoms.count * (1 + flat.count >> 3))
    if flat.isASCII {
      guard let match = routes.table.match(method: methodBytes, path: flat.ascii) else {
        return .undefined
      }
      return try result(c, table, routes, match) { (range) throws(Fault) in
        if flat.ascii[range].contains(UInt8(ascii: "%")) {
          return try decoded(Array(flat.ascii[range]), c)
        }
        return Value(try c.heap.slice(flat, range.lowerBound, range.upperBound))
      }
    }
    let bytes = try c.heap.utf8(path)
    guard
      let match = bytes.withUnsafeBufferPointer({
        routes.table.match(method: methodBytes, path: $0)
      })
    else { return .undefined }
    return try result(c, table, routes, match) { (range) throws(Fault) in
      try decoded(Array(bytes[range]), c)
    }
  }

  private static func decoded(_ bytes: [UInt8], _ c: CallContext) throws(Fault) -> Value {
    try c.value(utf8: PercentCoding.decode(bytes, plusIsSpace: false))
  }

  // `path`, or what stands before `?` in `url`.
  private static func requestPath(_ c: CallContext) throws(Fault) -> StringRef? {
    let path = c.field(c.arguments[1], .path)
    if path.isString { return path.string }
    let url = c.field(c.arguments[1], .url)
    guard url.isString else { return nil }
    let flat = try c.heap.flat(url.string)
    let end = (0..<flat.count).first { flat[$0] == 0x3F } ?? flat.count
    return try c.heap.slice(flat, 0, end)
  }

  private static func result(
    _ c: CallContext, _ table: ObjectRef, _ routes: LinkedRoutes, _ match: RouteTable.Match,
    text: (Range<Int>) throws(Fault) -> Value
  ) throws(Fault) -> Value {
    let params = try c.heap.makeObject(.plain, capacity: match.ranges.count)
    let atoms = routes.atoms[match.entry]
    for (index, range) in match.ranges.enumerated() {
      try c.heap.setProperty(params, atoms[index], try text(range))
    }
    let (key, handler) = c.heap.property(table, at: match.entry)
    let found = try c.heap.makeObject(.plain, capacity: 3)
    try c.heap.setProperty(found, .handler, handler)
    try c.heap.setProperty(found, .route, handler.isString ? handler : Value(key))
    try c.heap.setProperty(found, .params, Value(params))
    return Value(found)
  }

  private static func linked(_ table: ObjectRef, _ c: CallContext) throws(Fault) -> LinkedRoutes {
    let host = try c.isolateHost()
    if !table.isDictionary, let known = host.routes[table.shape] { return known }
    let count = c.heap.propertyCount(table)
    var keys: [String] = []
    for index in 0..<count { keys.append(try c.heap.text(c.heap.property(table, at: index).key)) }
    try c.spend(count * 16)
    let routes = try read(keys, c)
    if !table.isDictionary { host.routes[table.shape] = routes }
    return routes
  }

  private static func read(_ keys: [String], _ c: CallContext) throws(Fault) -> LinkedRoutes {
    let table: RouteTable
    do throws(RouteTable.Malformed) {
      table = try RouteTable(keys: keys)
    } catch {
      let place = (keys.firstIndex { ByteName($0) == ByteName(error.key) } ?? 0) + 1
      throw Fault("routerMatch: \(error.reason) in the table's key number \(place)")
    }
    var atoms: [[Atom]] = []
    for names in table.names {
      var linked: [Atom] = []
      for name in names { linked.append(try c.heap.atom(name)) }
      atoms.append(linked)
    }
    return LinkedRoutes(table: table, atoms: atoms)
  }
}
