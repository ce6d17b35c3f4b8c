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
      for label in labels.of(LabelKind.raw) {
        let isEncoded =
          !labels.contains(Label(kind: .unencoded, source: label.source))
          && !labels.contains(Label(kind: .unencoded, source: Label.others))
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
    guard let shapes = shapes(of: part) else {
      if labels.has(.openMarkup) { context.lose() }
      return
    }
    // One of several texts: where each ends is where all must end.
    var ends: Set<MarkupContext> = []
    var isExact = true
    for shape in shapes {
      guard case .exact(let text) = shape else {
        isExact = false
        break
      }
      var end = context
      end.read(text)
      ends.insert(end)
      if ends.count > 1 { break }
    }
    if isExact, ends.count == 1, let end = ends.first {
      context = end
      return
    }
    if isExact || labels.has(.openMarkup) {
      context.lose()
      return
    }
    // A text whose end is not known: it ends between tags, as it has no label that says otherwise,
    // but in an attribute it may do anything.
    let isOdd = shapes.contains { $0.beginning.utf8.contains(where: Self.isDelimiter) }
    if isOdd, !context.isText { context.lose() }
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'")].contains(byte)
  }

  /// What a text function makes of a text may end anywhere.
  func cutMarkup(_ value: AbstractValue) -> Labels { mayBeMarkup(value) ? [openMarkup] : [] }

  private func mayBeMarkup(_ value: AbstractValue) -> Bool {
    value.labels.has(.openMarkup)
      || value.strings.contains { $0.beginning.utf8.contains(UInt8(ascii: "<")) }
      || (!value.objects.isEmpty && deepLabels(value).has(.openMarkup))
  }

  var openMarkup: Label {
    label(.openMarkup, "markup", at: SourcePosition(file: 0, line: 1, column: 1))
  }
}
