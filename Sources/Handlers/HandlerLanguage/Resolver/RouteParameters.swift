/// The requests of functions in tables of routes.
extension ReceiverKinds {
  /// Remembers the first parameters of functions that stand in a table of `routerMatch` and nowhere
  /// else, where each `found.handler(…)` of the program gives them the request.
  mutating func remember(routesOf resolver: Resolver, calls: [ReceiverCall]) {
    if resolver.routeTables.isEmpty { return }
    let starts = calls.filter { $0.name == "handler" }
    guard !starts.isEmpty, starts.allSatisfy({ isGivenRequest($0) }) else { return }
    let uses = useCounts()
    for table in resolver.routeTables {
      for value in routes(of: table, uses) {
        switch value.kind {
        case .function(let function) where function.selfBinding == nil: remember(handler: function)
        case .identifier:
          guard let binding = binding(of: value), uses[binding] == 1 else { continue }
          if let function = resolver.declaredFunctions[binding], isFunction(binding) {
            remember(handler: function)
          } else if case .function(let function)? = self.value(of: binding)?.kind,
            function.selfBinding == nil
          {
            remember(handler: function)
          }
        default: continue
        }
      }
    }
  }

  private func isGivenRequest(_ call: ReceiverCall) -> Bool {
    guard let first = call.arguments.first, !first.isSpread,
      case .kinds([.request])? = certain(first.value)
    else { return false }
    return true
  }

  // Of a table that is written here, or in a constant that is named here alone.
  private func routes(of table: Expression, _ uses: [Int: Int]) -> [Expression] {
    var table = table
    if case .identifier = table.kind {
      guard let binding = binding(of: table), uses[binding] == 1, let value = value(of: binding)
      else { return [] }
      table = value
    }
    guard case .object(let members) = table.kind else { return [] }
    return members.compactMap { member in
      guard case .property(.literal, let value) = member else { return nil }
      return value
    }
  }
}
