/// `zigttp:compose`.
enum ComposeNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.hidden["compose.guard"] = { c throws(Fault) in
      try c.call(c.capture(0), arguments: Array(c.arguments.values))
    }
    registry.hidden["compose.pipe"] = runSequence
    registry.modules[.composeGuard] = { c throws(Fault) in
      guard c.arguments[0].isFunction else {
        throw Fault("guard: expected a function, not \(Conversion.kindName(of: c.arguments[0]))")
      }
      return try c.makeFunction("compose.guard", captures: [c.arguments[0]])
    }
    registry.modules[.composePipe] = { c throws(Fault) in
      let members = Array(c.arguments.values)
      for member in members where !member.isFunction {
        throw Fault("pipe: expected functions, not \(Conversion.kindName(of: member))")
      }
      guard members.filter({ !c.isolate.isGuard($0) }).count == 1 else {
        throw Fault("pipe: exactly one member must be a plain function; wrap the others in guard()")
      }
      return try c.makeFunction("compose.pipe", captures: members)
    }
  }

  // Guards before the plain function get the request, and anything but undefined ends the
  // sequence; those after it get the response and give one.
  private static let runSequence: Native = { c throws(Fault) in
    let request = c.arguments[0]
    var response = Value.undefined
    var isAfter = false
    for index in 0..<c.captureCount {
      let member = c.capture(index)
      if isAfter {
        response = try c.call(member, response)
      } else if c.isolate.isGuard(member) {
        let early = try c.call(member, request)
        if !early.isUndefined { return early }
      } else {
        response = try c.call(member, request)
        isAfter = true
      }
    }
    return response
  }
}
