/// `zigttp:io`.
enum IONatives {
  /// As many functions of one request run at the same time, those in those among them.
  static let mostFunctions = 32

  static func register(in registry: inout NativeRegistry) {
    registry.modules[.ioParallel] = { c throws(Fault) in
      let functions = try functions(c, of: "parallel")
      let host = try c.isolateHost()
      guard host.services.outbound != nil, functions.count > 1 else {
        // Nothing in them can wait: one after the other takes no longer.
        var results: [Value] = []
        for function in functions {
          results.append(
            try host.cleanups.around(c, host) { () throws(Fault) in try c.call(function) })
        }
        return Value(try c.heap.makeArray(results))
      }
      let results = try ConcurrentCalls(functions, c, host, of: "parallel").all()
      return Value(try c.heap.makeArray(results))
    }
    registry.modules[.ioRace] = { c throws(Fault) in
      let functions = try functions(c, of: "race")
      guard let first = functions.first else { throw Fault("race: there is no function to run") }
      let host = try c.isolateHost()
      guard host.services.outbound != nil, functions.count > 1 else {
        return try host.cleanups.around(c, host) { () throws(Fault) in try c.call(first) }
      }
      return try ConcurrentCalls(functions, c, host, of: "race").first()
    }
  }

  private static func functions(
    _ c: CallContext, of name: StaticString
  ) throws(Fault) -> [Value] {
    guard c.arguments[0].isArray else {
      let kind = Conversion.kindName(of: c.arguments[0])
      throw Fault("\(name): expected an array of functions, not \(kind)")
    }
    let list = c.arguments[0].array
    guard list.count <= mostFunctions else {
      throw Fault("\(name): more than \(mostFunctions) functions at the same time")
    }
    var functions: [Value] = []
    for index in 0..<list.count {
      guard list[index].isFunction else {
        throw Fault("\(name): \(Conversion.kindName(of: list[index])) is not a function")
      }
      functions.append(list[index])
    }
    return functions
  }
}
