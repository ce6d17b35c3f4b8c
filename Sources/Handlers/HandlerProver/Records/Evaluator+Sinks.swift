import Contracts
import Encodings
import HandlerLanguage

// What the evaluation writes down of data that leaves the handler.
extension Evaluator {
  /// A value reaches a sink.
  ///
  /// - Parameter name: what a deploy names the sink by; nil for what all of its kind are called.
  func reached(
    _ sink: Findings.Sink, _ value: AbstractValue, _ what: String, at position: SourcePosition,
    named name: String? = nil
  ) {
    guard let findings else { return }
    let labels = deepLabels(value)
    guard !labels.isEmpty, !hides(.sinks), trial?.hides(.sink("\(sink)")) != true
    else { return }
    findings.reached.insert(
      .init(
        sink: sink, name: name ?? sink.name, labels: labels, what: what, position: position))
  }

  /// Looks at everything the handler may return.
  func checkResponse(_ response: AbstractValue, _ handler: AbstractValue) {
    guard let findings else { return }
    let position = handlerPosition(handler)
    consumeDeeply(response, at: position)
    for index in response.objects {
      let made = findings.answersAt[index] ?? heap[index].position
      reached(.response, .object(index), "response", at: made)
      reachedFields(of: index, at: made)
      checkInjection(index, at: heap[index].position)
    }
    reached(.response, response.withoutObjects, "response", at: position)
    reached(.response, AbstractValue(labels: faults.of([.volatile])), "response", at: position)
    if response.mayBeString {
      inject(deepLabels(response).of([.unescaped]), "response", at: position)
    }
    answered = response
    handlerAt = position
  }

  /// What leaves with a response beside its body and `set-cookie`.
  private func reachedFields(of index: Int, at position: SourcePosition) {
    func field(_ value: AbstractValue, _ what: String) {
      reached(.responseField, value, what, at: position)
    }
    field(heap[index].others.adding(heap[index].labels), "field of the response")
    for (name, value) in sortedFields(index) where name != "body" {
      guard name == "headers" else {
        field(value, "\(name) of the response")
        continue
      }
      field(value.withoutObjects, "headers of the response")
      for headers in value.objects {
        field(heap[headers].others.adding(heap[headers].labels), "header of the response")
        for (name, line) in sortedFields(headers) where name.lowercasedASCII != "set-cookie" {
          field(line, "header \(name) of the response")
        }
      }
    }
  }

  private func handlerPosition(_ handler: AbstractValue) -> SourcePosition {
    for index in handler.functions {
      if case .closure(let id, _) = functions[index], let function = bodies[id] {
        return function.position
      }
    }
    switch program.handler {
    case .binding(let binding): return program.bindings[binding].position
    case .defaultExport(let expression): return expression.position
    }
  }
}
