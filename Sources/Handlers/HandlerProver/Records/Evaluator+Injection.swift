import Contracts
import HandlerLanguage

// What the evaluation writes down of data where it may be run or followed.
extension Evaluator {
  /// Data stands where it must not.
  func inject(_ labels: Labels, _ what: String, at position: SourcePosition) {
    guard let findings, !labels.isEmpty, !hides(.injections) else { return }
    findings.injections.insert(.init(labels: labels, what: what, position: position))
  }

  /// Data from outside may not stand here at all.
  func forbidRaw(_ value: AbstractValue, _ sink: String, at position: SourcePosition) {
    guard findings != nil else { return }
    inject(deepLabels(value).of(LabelKind.raw), sink, at: position)
  }

  /// Data from outside may stand in a URL behind a beginning that decides where it leads.
  func checkURL(_ value: AbstractValue, _ sink: String, at position: SourcePosition) {
    guard findings != nil else { return }
    let labels = deepLabels(value)
    let data = labels.of(LabelKind.raw)
    guard !data.isEmpty else { return }
    let isFixed =
      shapes(of: value)?.allSatisfy { shape in
        switch shape {
        case .exact: true
        case .prefix(let beginning): Self.decidesTarget(beginning)
        }
      } ?? false
    if !isFixed {
      inject(data, sink, at: position)
    } else {
      inject(labels.of([.unencoded]), sink, at: position)
    }
  }

  /// `/x`, `?` or `scheme://host/`: whatever follows, the URL leads to the same host.
  static func decidesTarget(_ beginning: String) -> Bool {
    let bytes = Array(beginning.utf8)
    if bytes.first == UInt8(ascii: "?") { return true }
    if bytes.first == UInt8(ascii: "/") {
      return bytes.count > 1 && bytes[1] > 0x20 && bytes[1] != UInt8(ascii: "/")
        && bytes[1] != UInt8(ascii: "\\")
    }
    return EgressTarget(url: .prefix(beginning)) != nil
  }

  /// Looks at one response on its way out.
  func checkInjection(_ index: Int, at position: SourcePosition) {
    let response = heap[index]
    let headers = field(index, "headers") ?? .nothing
    let others = response.others
    for object in headers.objects.union(response.kind == .plain ? others.objects : []) {
      for (name, value) in sortedFields(object)
      where ["location", "refresh"].contains(name.lowercasedASCII) {
        checkURL(value, "\(name) header", at: position)
      }
      let unnamed = heap[object].others
      if !deepLabels(unnamed).of(LabelKind.raw).isEmpty, !isAnswer(response) {
        forbidRaw(unnamed, "response header of unknown name", at: position)
      }
      if !heap[object].labels.of(LabelKind.raw).isEmpty, !isAnswer(response) {
        forbidRaw(
          AbstractValue(labels: heap[object].labels), "response header of unknown name",
          at: position)
      }
    }
    guard mayBeHTML(headers) else { return }
    let body = (field(index, "body") ?? .nothing).union(others)
    inject(deepLabels(body).of([.unescaped]), "HTML response", at: position)
  }

  private func isAnswer(_ response: AbstractObject) -> Bool {
    if case .response(.answer) = response.kind { true } else { false }
  }

  /// Whether a browser may take the body for HTML: only a literal content type says no.
  private func mayBeHTML(_ headers: AbstractValue) -> Bool {
    guard !headers.objects.isEmpty, !headers.mayBeNullish else { return true }
    for index in headers.objects {
      guard heap[index].others.isNothing else { return true }
      let types = fields(index).filter { $0.key.text.lowercasedASCII == "content-type" }
      guard !types.isEmpty else { return true }
      for (name, type) in types {
        guard let texts = type.removing(.undefined).literalTexts else { return true }
        if type.mayBeNullish || !isCertain(index, name) { return true }
        if texts.contains(where: { text in
          let text = text.lowercasedASCII
          return ["html", "xml", "svg"].contains { text.contains($0) } || !text.contains("/")
        }) {
          return true
        }
      }
    }
    return false
  }
}
