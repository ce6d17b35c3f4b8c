import Contracts
import HandlerLanguage

// injectionSafe: request data and the data of other services enter HTML only through JSX or
// `escapeHtml`, never where it is run; URLs only behind a literal beginning and through
// `encodeURIComponent`.
extension Evaluator {
  /// Data from outside may not stand here at all.
  func forbidRaw(_ value: AbstractValue, _ sink: String, at position: SourcePosition) {
    lose(.injectionSafe, deepLabels(value).of(LabelKind.raw), sink, at: position)
  }

  /// Data from outside may stand in a URL behind a beginning that decides where it leads.
  func checkURL(_ value: AbstractValue, _ sink: String, at position: SourcePosition) {
    let labels = deepLabels(value)
    let data = labels.of(LabelKind.raw)
    guard findings != nil, !data.isEmpty else { return }
    let isFixed =
      shapes(of: value)?.allSatisfy { shape in
        switch shape {
        case .exact: true
        case .prefix(let beginning): Self.decidesTarget(beginning)
        }
      } ?? false
    if !isFixed {
      lose(.injectionSafe, data, sink, at: position)
    } else if labels.has(.unencoded) {
      lose(.injectionSafe, labels.of([.unencoded]), sink, at: position)
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
  func checkInjection(_ response: AbstractObject, at position: SourcePosition) {
    let headers = response.fields["headers"] ?? .nothing
    for index in headers.objects {
      for (name, value) in heap[index].sortedFields
      where ["location", "refresh"].contains(name.lowercasedASCII) {
        checkURL(value, "\(name) header", at: position)
      }
      let unnamed = heap[index].others
      if !deepLabels(unnamed).of(LabelKind.raw).isEmpty, !isAnswer(response) {
        forbidRaw(unnamed, "response header of unknown name", at: position)
      }
    }
    guard mayBeHTML(headers) else { return }
    let body = response.fields["body"] ?? .nothing
    lose(.injectionSafe, deepLabels(body).of([.unescaped]), "HTML response", at: position)
  }

  private func isAnswer(_ response: AbstractObject) -> Bool {
    if case .response(.answer) = response.kind { true } else { false }
  }

  /// Whether a browser may take the body for HTML: only a literal content type says no.
  private func mayBeHTML(_ headers: AbstractValue) -> Bool {
    guard !headers.objects.isEmpty, !headers.mayBeNullish else { return true }
    for index in headers.objects {
      let object = heap[index]
      guard object.others.isNothing else { return true }
      let types = object.fields.filter { $0.key.text.lowercasedASCII == "content-type" }.map(
        \.value)
      guard !types.isEmpty else { return true }
      for type in types {
        guard let texts = type.literalTexts else { return true }
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
