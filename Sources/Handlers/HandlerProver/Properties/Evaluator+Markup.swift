import HandlerLanguage

// injectionSafe for HTML that is put together as text: escaped data is safe between tags and in
// quoted attributes, nowhere else.
extension Evaluator {
  /// The labels that putting parts together adds: data that stands where escaping does not help
  /// counts as unescaped again, and a text that ends inside a tag says so.
  func markupLabels(_ parts: [AbstractValue]) -> Labels {
    guard parts.contains(where: mayBeMarkup) else { return [] }
    var context = MarkupContext()
    var found: Labels = []
    for part in parts {
      let labels = deepLabels(part)
      for label in labels where label.kind == .unchecked {
        let isEncoded = !labels.contains(Label(kind: .unencoded, source: label.source))
        if !context.admits(encoded: isEncoded) {
          found.insert(Label(kind: .unescaped, source: label.source))
        }
      }
      read(part, labels, &context)
    }
    if !context.isText { found.insert(openMarkup) }
    return found
  }

  private func read(_ part: AbstractValue, _ labels: Labels, _ context: inout MarkupContext) {
    if let shapes = shapes(of: part) {
      if shapes.count == 1, case .exact(let text)? = shapes.first {
        context.read(text)
        return
      }
      if labels.has(.openMarkup) { context.lose() }
      // One of several texts, or one whose end is not known: it ends between tags, as it has no
      // label that says otherwise, but in an attribute it may do anything.
      if shapes.contains(where: { $0.beginning.utf8.contains(where: Self.isDelimiter) }) {
        if !context.isText { context.lose() }
      }
    } else if labels.has(.openMarkup) {
      context.lose()
    }
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'")].contains(byte)
  }

  /// What a text function makes of a text may end anywhere.
  func cutMarkup(_ value: AbstractValue) -> Labels { mayBeMarkup(value) ? [openMarkup] : [] }

  private func mayBeMarkup(_ value: AbstractValue) -> Bool {
    value.labels.has(.openMarkup)
      || value.strings.contains { $0.beginning.utf8.contains(UInt8(ascii: "<")) }
  }

  private var openMarkup: Label {
    label(.openMarkup, "markup", at: SourcePosition(file: 0, line: 1, column: 1))
  }
}
