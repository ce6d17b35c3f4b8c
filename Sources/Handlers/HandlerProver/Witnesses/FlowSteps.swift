import Encodings
import HandlerLanguage

/// Words for the way that data takes.
struct FlowSteps {
  let search: FlowSearch

  /// A way as a witness shows it: its two ends, and every call, name and place in between.
  func steps(from source: Findings.Place, to sink: Findings.Place) -> [Findings.Place] {
    guard let label = source.label, let legs = search.way(of: label, to: sink.position) else {
      return [source, sink]
    }
    var first = source
    // Data of the request that has no place of its own is there where it is first used.
    if source.position == SourcePosition(file: 0, line: 1, column: 1),
      case .expression(let place)? = legs.first?.to,
      let used = search.index.expressions[place.expression]
    {
      first.position = used.position
    }
    var steps = [first]
    for (number, leg) in legs.enumerated() {
      let isLast = number == legs.count - 1
      for var step in words(for: leg, isLast: isLast) {
        // What a function gives back may be shown already: then the call of it is what is new.
        if case .result = leg.edge, step.position == steps.last?.position,
          case .expression(let call) = leg.to,
          let expression = search.index.expressions[call.expression]
        {
          step.position = expression.position
        }
        if !isTold(step, by: steps, sink) { steps.append(step) }
      }
    }
    return steps + [sink]
  }

  /// Whether a step says nothing that is not said already.
  private func isTold(
    _ step: Findings.Place, by steps: [Findings.Place], _ sink: Findings.Place
  ) -> Bool {
    guard let last = steps.last else { return false }
    if step.position == last.position || step.position == sink.position { return true }
    // A name on a line that was shown.
    return step.isName
      && steps.contains {
        $0.position.line == step.position.line && $0.position.file == step.position.file
      }
  }

  private func words(for leg: FlowSearch.Leg, isLast: Bool) -> [Findings.Place] {
    switch leg.edge {
    case .part: return isLast ? [] : through(leg)
    case .argument(let call):
      guard let expression = search.index.expressions[call.expression] else { return [] }
      return [.init(what: "passed to \(callee(of: expression))", position: expression.position)]
    case .result(let function, let position):
      let name = search.index.names[function] ?? "a function"
      return [.init(what: "returned by \(name)", position: position)]
    case .name(let binding, let position):
      let name = search.evaluator.program.bindings[binding].name
      return [.init(what: "kept in \(name)", position: position, isName: true)]
    case .write(let write):
      return [.init(what: "put into \(Self.name(of: write.base))", position: write.position)]
    case .storage(let write):
      var steps = [
        Findings.Place(
          what: "written by \(callee(of: write))", position: write.position)
      ]
      if case .expression(let place) = leg.to,
        let read = search.index.expressions[place.expression]
      {
        steps.append(.init(what: "read by \(callee(of: read))", position: read.position))
      }
      return steps
    case .decision(let position):
      return [.init(what: "decides what is done", position: position)]
    }
  }

  /// A call of a built-in function or of a module's.
  private func through(_ leg: FlowSearch.Leg) -> [Findings.Place] {
    guard case .expression = leg.from, case .expression(let place) = leg.to,
      let whole = search.index.expressions[place.expression], case .call = whole.kind
    else { return [] }
    return [.init(what: "through \(callee(of: whole))", position: whole.position)]
  }

  /// What a call calls, as it is written.
  private func callee(of call: Expression) -> String {
    switch call.kind {
    case .call(let callee, _, _): Self.name(of: callee)
    case .jsx(let element):
      if case .component(let component) = element.tag { Self.name(of: component) } else { "JSX" }
    default: Self.name(of: call)
    }
  }

  private static func name(of expression: Expression) -> String {
    switch expression.kind {
    case .identifier(let name): name
    case .member(let object, let name, _):
      if case .identifier(let owner) = object.kind { "\(owner).\(name)" } else { name }
    case .index(let object, _, _): "\(Self.name(of: object))[…]"
    case .optionalChain(let inner): name(of: inner)
    case .call(let callee, _, _): "what \(Self.name(of: callee)) gives"
    case .array: "an array"
    case .object: "an object"
    default: "a function"
    }
  }
}
