/// An argument that a function of a module calls: a function, or a list of them.
struct FunctionArgument {
  var value: Expression
  /// The function that it is given to, as the language names it.
  var function: String
  var parameter: String
  var isList: Bool

  /// What of a call's arguments is called.
  static func among(_ arguments: [Argument], of called: ModuleFunction) -> FunctionArgument? {
    let place: Int
    switch called {
    case .ioParallel, .ioRace, .scopeEnsure: place = 0
    case .scope, .scopeUsing: place = 1
    default: return nil
    }
    guard arguments.count > place, !arguments.prefix(place + 1).contains(where: \.isSpread) else {
      return nil
    }
    return FunctionArgument(
      value: arguments[place].value, function: called.name,
      parameter: ModuleTable.row(called).parameters[place],
      isList: called == .ioParallel || called == .ioRace)
  }
}

extension ReceiverKinds {
  /// Reports what certainly is no function where one is called: that fails each time.
  func checkFunctions(_ arguments: [FunctionArgument], _ diagnostics: inout DiagnosticSink) {
    for argument in arguments {
      guard argument.isList else {
        report(
          argument.value, "`\(argument.function)` takes a function as `\(argument.parameter)`",
          argument, &diagnostics)
        continue
      }
      if case .array(let elements) = argument.value.kind {
        for case .value(let element) in elements {
          report(element, "`\(argument.function)` takes functions", argument, &diagnostics)
        }
      } else if let what = certain(argument.value).flatMap(Self.name), what != "a list" {
        diagnostics.report(
          .unfitArgument,
          "`\(argument.function)` takes a list of functions as `\(argument.parameter)`, not \(what)",
          "write `\(argument.function)([() => …, () => …])`", at: argument.value.position)
      }
    }
  }

  private func report(
    _ value: Expression, _ takes: String, _ argument: FunctionArgument,
    _ diagnostics: inout DiagnosticSink
  ) {
    let kind = certain(value).flatMap(Self.name)
    guard kind != "a function", let what = kind ?? given(by: value) else { return }
    let advice: String
    if case .call(let callee, _, _) = value.kind, case .identifier(let name) = callee.kind {
      advice = "write `() => \(name)(…)`: `\(argument.function)` calls it"
    } else {
      advice = "write `() => …`"
    }
    diagnostics.report(.unfitArgument, "\(takes), not \(what)", advice, at: value.position)
  }

  /// What a call of a module's function gives, where that is no function.
  private func given(by value: Expression) -> String? {
    guard case .call(let callee, _, _) = value.kind, case .identifier(let name) = callee.kind,
      case .module(let function)? = reference(of: callee), function.module != "io",
      function.module != "scope", ModuleTable.row(function).result != .function
    else { return nil }
    return "what `\(name)` gives"
  }

  private static func name(of value: CertainValue) -> String? {
    switch value {
    case .record, .object: "an object"
    case .function: "a function"
    case .kinds([.array]): "a list"
    case .kinds(let kinds): kinds.count == 1 ? kinds.first?.described : nil
    }
  }
}
