import Contracts
import HandlerLanguage

// noSecretLeakage, noCredentialLeakage, piiContained, inputValidated: what labelled data reaches.
extension Evaluator {
  /// A place where data leaves the handler or stays behind.
  enum Sink {
    case response, log, cache, egress, egressHeader
  }

  /// A value reaches a sink.
  func sink(
    _ kind: Sink, _ value: AbstractValue, _ what: String, at position: SourcePosition
  ) {
    guard findings != nil else { return }
    let labels = deepLabels(value)
    lose(.noSecretLeakage, labels.of([.secret]), what, at: position)
    lose(.noCredentialLeakage, labels.of([.credential]), what, at: position)
    switch kind {
    case .response: break
    case .log:
      lose(.piiContained, labels.of([.request]), what, at: position)
    case .cache:
      lose(.inputValidated, labels.of([.unchecked]), what, at: position)
    case .egress:
      lose(.piiContained, labels.of([.request]), what, at: position)
      lose(.inputValidated, labels.of([.unchecked]), what, at: position)
    case .egressHeader:
      lose(.piiContained, labels.of([.request]), what, at: position)
    }
  }

  /// A property is lost to every one of the labels.
  func lose(
    _ property: Property, _ labels: Labels, _ sink: String, at position: SourcePosition
  ) {
    guard let findings else { return }
    for label in labels {
      let source = sources[label.source]
      findings.lose(
        property,
        [
          .init(what: describe(label.kind, source.name), position: source.position),
          .init(what: sink, position: position),
        ])
    }
  }

  private func describe(_ kind: LabelKind, _ name: String) -> String {
    switch kind {
    case .secret: "secret \(name)"
    case .credential: "credential \(name)"
    case .request: "request data \(name)"
    case .unchecked: "unvalidated \(name)"
    case .unescaped: "unescaped \(name)"
    case .unencoded: "\(name) without encodeURIComponent"
    case .stored: "\(name) reads what earlier requests stored"
    case .volatile: "\(name) differs from run to run"
    case .missing, .path, .openMarkup: name
    }
  }

  /// Looks at everything the handler may return.
  func checkResponse(_ response: AbstractValue, _ handler: AbstractValue) {
    guard findings != nil else { return }
    let position = handlerPosition(handler)
    consumeDeeply(response, at: position)
    sink(.response, response, "response", at: position)
    let volatile = deepLabels(response).union(faults).of([.volatile])
    lose(.deterministic, volatile, "response", at: position)
    for index in response.objects { checkInjection(heap[index], at: heap[index].position) }
    if response.mayBeString {
      lose(.injectionSafe, deepLabels(response).of([.unescaped]), "response", at: position)
    }
    answered = response
    handlerAt = position
  }

  private func handlerPosition(_ handler: AbstractValue) -> SourcePosition {
    for index in handler.functions.sorted() {
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
