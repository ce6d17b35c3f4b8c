import Encodings
import HandlerLanguage

extension Evaluator {
  /// Names of request headers that hold credentials.
  static let credentialHeaders: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "x-api-key",
  ]

  func evaluateMember(
    _ whole: Expression, _ object: Expression, _ name: String, _ isOptional: Bool,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    if case .identifier = object.kind,
      case .global(let global)? = program.references[object.id], !global.isNumber
    {
      return globalMember(global, name)
    }
    let base = evaluate(object, &state, frame)
    reach(base, at: object.position, isOptional, &state, frame)
    if name == "value" { noteResultUse(base, object, state, at: whole.position) }
    let value = load(base, name, at: whole.position).union(
      detachedMethod(name, of: base, at: object, &state, frame))
    return refine(value, whole, state)
  }

  func evaluateIndex(
    _ whole: Expression, _ object: Expression, _ index: Expression, _ isOptional: Bool,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let base = evaluate(object, &state, frame)
    reach(base, at: object.position, isOptional, &state, frame)
    let key = evaluate(index, &state, frame)
    render(key, at: index, &state, frame)
    consume(key, at: index.position)
    return refine(load(base, key, object, state), whole, state)
  }

  /// `base[key]`: fields only, whatever methods the base has.
  func load(
    _ base: AbstractValue, _ key: AbstractValue, _ object: Expression, _ state: PathState
  ) -> AbstractValue {
    var result = AbstractValue.nothing
    for name in fieldNames(key) {
      if name == nil || name == "value" { noteResultUse(base, object, state, at: object.position) }
      result.formUnion(load(base, name, at: object.position, key: key))
    }
    var labels = key.labels
    if key.isExactly(.methodAndPath) || key.isExactly(.requestPath) {
      // The routes are in the table; what comes out of it need not be asked again.
      if noteDispatch(base, key) { labels = labels.without([.path]) }
    } else {
      noteUnreadPath(key)
    }
    return choose(result, by: labels)
  }

  /// A value that a key, an index or a caller has chosen among others.
  func choose(_ value: AbstractValue, by labels: Labels) -> AbstractValue {
    if labels.isEmpty { return value }
    // Pieces that are chosen one after the other spell what the chooser wants.
    return value.adding(
      (isWhole(value) ? labels.choosing : labels.decoded)
        .without([.missing, .openMarkup, .piece]))
  }

  /// Whether a value is no piece of a text.
  private func isWhole(_ value: AbstractValue) -> Bool {
    !value.labels.has([.piece, .openMarkup])
      && value.strings.allSatisfy { shape in
        if case .exact(let text) = shape { MarkupContext.isWhole(text) } else { true }
      }
  }

  /// What was taken out of a value. What it has of that one's labels itself is a part of the data, and
  /// as validated as the whole; the other labels say who chose the value.
  private func take(_ part: AbstractValue, outOf whole: AbstractValue) -> AbstractValue {
    let taken = choose(part, by: whole.labels.filter { !part.labels.contains($0) })
    if isWhole(part) { return taken.adding(whole.labels.choosing.without([.missing])) }
    return taken.adding(whole.labels.unescaped.without([.missing, .openMarkup, .piece]))
  }

  /// `table[req.path]`, `table[`${req.method} ${req.path}`]`: the keys are routes.
  private func noteDispatch(_ base: AbstractValue, _ key: AbstractValue) -> Bool {
    var isRead = !base.objects.isEmpty
    for index in base.objects {
      if !heap[index].others.isNothing || heap[index].kind == .data { isRead = false }
      for name in fields(index).keys {
        let routes = routeRefinement(key, equals: .text(name.text), at: heap[index].position)
        var state = PathState()
        state.routes = routes
        noteRoute(base, state)
      }
    }
    if !isRead { noteUnreadPath(key) }
    return isRead
  }

  /// The value must be an object, or the request ends here; behind `?.` what follows depends on it.
  func reach(
    _ base: AbstractValue, at position: SourcePosition, _ isOptional: Bool,
    _ state: inout PathState, _ frame: Frame
  ) {
    if isOptional {
      if base.mayBeNullish {
        state.control.formUnion(base.labels.of(LabelKind.followsBranches))
      }
      return
    }
    consume(base, at: position)
    if base.mayBeNullish { addFault(base.labels, &state, frame) }
  }

  /// `base.name`; nil is a name that is not known. `key` is what a computed name was made of.
  func load(
    _ base: AbstractValue, _ name: String?, at position: SourcePosition,
    key: AbstractValue? = nil
  ) -> AbstractValue {
    var result = AbstractValue.nothing
    let isIndex = key.map { !$0.mayBeString } ?? false
    let name = name.map { FieldName($0) }
    for index in base.objects { loadField(index, name, isIndex, at: position, into: &result) }
    if base.mayBeString {
      if name?.isLength ?? !isIndex { result.kinds.insert(.number) }
      if name?.isLength != true {
        result.kinds.formUnion([.string, .undefined])
        result.strings = []
        result.labels.insert(piece)
      }
    }
    if base.mayBeNumber || base.mayBeBoolean || !base.functions.isEmpty {
      result.kinds.insert(.undefined)
      if !base.functions.isEmpty { result.kinds.formUnion([.number, .string]) }
    }
    return take(result, outOf: base)
  }

  /// A name that is looked up in several objects.
  private struct FieldName {
    let text: String
    let key: ByteName
    /// The same among headers.
    let header: ByteName
    let isLength: Bool

    init(_ text: String) {
      self.text = text
      key = ByteName(text)
      header = ByteName(text.lowercasedASCII)
      isLength = text == "length"
    }
  }

  private func loadField(
    _ index: Int, _ name: FieldName?, _ isIndex: Bool, at position: SourcePosition,
    into result: inout AbstractValue
  ) {
    // A program can have a field that thousands of objects have: nothing is copied here.
    let kind = heap[index].kind
    switch kind {
    case .element: result.formUnion(insides(of: index))
    case .headers where index == requestHeaders:
      result.formUnion(loadRequestHeader(index, name?.text, at: position))
    case .request: result.formUnion(loadRequest(index, name?.text, at: position))
    case _ where index == requestQuery:
      var found = AbstractValue.nothing
      joinField(index, name, isIndex, into: &found)
      // Its labels as a whole are those of what is in it.
      found.labels = placed(found.labels, "req.query", at: position)
      result.formUnion(found)
    case .array where name?.isLength == true:
      // How many there are, not what they are.
      result.formUnion(AbstractValue.number)
      result.labels.formUnion(heap[index].labels)
    default:
      joinField(index, name, isIndex, into: &result)
      result.labels.formUnion(heap[index].labels)
    }
  }

  private func joinField(
    _ index: Int, _ name: FieldName?, _ isIndex: Bool, into result: inout AbstractValue
  ) {
    let kind = heap[index].kind
    guard let name else {
      result.formUnion(anyField(index))
      result.kinds.insert(.undefined)
      if kind == .array || kind == .data, !isIndex { result.formUnion(.number) }
      return
    }
    result.formUnion(heap[index].others)
    let key = kind == .headers ? name.header : name.key
    if let field = field(index, key) { result.formUnion(field) }
    if !isCertain(index, key) { result.kinds.insert(.undefined) }
    if name.isLength, kind == .data { result.formUnion(.number) }
  }

  /// Request data is there from the beginning: what a witness points at is where it is read.
  private func placed(_ labels: Labels, _ name: String, at position: SourcePosition) -> Labels {
    var placed = Labels()
    for label in labels {
      placed.insert(
        UTF8Order.equal(sources[label.source].name, name)
          ? self.label(label.kind, name, at: position, isPlaced: true) : label)
    }
    return placed
  }

  private func loadRequest(
    _ index: Int, _ name: String?, at position: SourcePosition
  ) -> AbstractValue {
    let object = heap[index]
    guard let name else {
      return anyField(index).union(.undefined).adding(object.labels)
    }
    var result = object.others
    let key = ByteName(name)
    if let field = field(index, key) { result.formUnion(field) }
    if !isCertain(index, key) { result.kinds.insert(.undefined) }
    result.labels = placed(result.labels, "req.\(name)", at: position)
    return result.adding(object.labels)
  }

  /// A header of the request: a credential when its name says so, or is not known.
  func loadRequestHeader(
    _ index: Int, _ name: String?, at position: SourcePosition
  ) -> AbstractValue {
    let key = name?.lowercasedASCII
    var kinds = LabelKind.raw.union([.request])
    if key.map(Self.credentialHeaders.contains) ?? true { kinds.insert(.credential) }
    var value = AbstractValue(kinds: [.string, .undefined])
    value.labels = labels(kinds, key ?? "headers", at: position, isPlaced: true)
    for (field, stored) in fields(index) where key == nil || field == key.map({ ByteName($0) }) {
      value.formUnion(stored)
    }
    return value
  }

  /// Whether a value certainly can be iterated over.
  func isIterable(_ value: AbstractValue) -> Bool {
    value.kinds.isDisjoint(with: [.undefined, .null, .yes, .no, .number]) && value.numbers.isEmpty
      && value.functions.isEmpty
      && value.objects.allSatisfy { heap[$0].kind == .array }
  }

  /// Everything that iterating over a value can give.
  func elements(of value: AbstractValue) -> AbstractValue {
    var result = AbstractValue.nothing
    for index in value.objects where heap[index].kind != .element {
      result.formUnion(anyField(index).adding(heap[index].labels))
    }
    if value.mayBeString {
      result.formUnion(AbstractValue.string.labelled([piece]))
      result.labels.formUnion(value.labels.without([.missing]))
    }
    return result.adding(value.labels.without([.missing]))
  }
}

extension String {
  /// The text with `A`–`Z` in lower case, as header names and hosts are compared.
  var lowercasedASCII: String {
    String(
      decoding: utf8.map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 }, as: UTF8.self)
  }
}
