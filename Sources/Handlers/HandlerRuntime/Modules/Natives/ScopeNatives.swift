/// `zigttp:scope`.
enum ScopeNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.scope] = { c throws(Fault) in
      _ = try c.textArgument(0, "name", of: "scope")
      let body = try c.callback(1, of: "scope")
      let host = try c.isolateHost()
      return try host.cleanups.around(c, host) { () throws(Fault) in try c.call(body) }
    }
    registry.modules[.scopeUsing] = { c throws(Fault) in
      let cleanup = try c.callback(1, of: "using")
      try c.isolateHost().cleanups.register(cleanup, c.arguments[0], of: "using")
      return c.arguments[0]
    }
    registry.modules[.scopeEnsure] = { c throws(Fault) in
      let cleanup = try c.callback(0, of: "ensure")
      try c.isolateHost().cleanups.register(cleanup, nil, of: "ensure")
      return .undefined
    }
  }
}
