import Encodings
import HandlerLanguage

// JSX: an element is opaque until it is rendered; then its components are called.
extension Evaluator {
  /// `<tag …>…</tag>`.
  func evaluateElement(
    _ element: JSXElement, _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    var attributes: [(String?, AbstractValue)] = []
    for attribute in element.attributes {
      switch attribute {
      case .named(let name, let value):
        attributes.append((name, value.map { evaluate($0, &state, frame) } ?? .boolean))
      case .spread(let source):
        let value = evaluate(source, &state, frame)
        attributes += self.attributes(of: value)
      }
    }
    var children: [AbstractValue] = []
    for child in element.children {
      switch child {
      case .text(let text): children.append(.text(text.text))
      case .expression(let value): children.append(evaluate(value, &state, frame))
      }
    }
    switch element.tag {
    case .fragment:
      return makeElement(nil, attributes, children, expression, frame)
    case .element(let name):
      return makeElement(name, attributes, children, expression, frame)
    case .component(let component):
      let function = evaluate(component, &state, frame)
      return makeComponent(function, attributes, children, expression, &state, frame)
    }
  }

  private func attributes(of value: AbstractValue) -> [(String?, AbstractValue)] {
    var found: [(String?, AbstractValue)] = []
    for index in value.objects {
      let labels = heap[index].labels.union(value.labels)
      for (name, field) in fields(index) { found.append((name.text, field.adding(labels))) }
      let others = heap[index].others
      if !others.isNothing || !labels.isEmpty { found.append((nil, others.adding(labels))) }
    }
    if !value.labels.isEmpty { found.append((nil, AbstractValue(labels: value.labels))) }
    return found
  }

  private func allocateElement(_ expression: Expression, _ frame: Frame) -> Int {
    let index = allocate(.element, at: expression, in: frame)
    if heap[index].rendering == nil {
      heap[index].rendering = .init(site: expression)
      hasElements = true
    }
    return index
  }

  /// An HTML element: text in it is escaped when it is rendered.
  func makeElement(
    _ tag: String?, _ attributes: [(String?, AbstractValue)], _ children: [AbstractValue],
    _ expression: Expression, _ frame: Frame
  ) -> AbstractValue {
    let index = allocateElement(expression, frame)
    // `http-equiv="refresh"` makes a redirect of another attribute, `base` of all links.
    let isOdd =
      tag.map { ["meta", "base"].contains($0.lowercasedASCII) } ?? false
      && attributes.contains {
        $0.0?.lowercasedASCII == "http-equiv" || $0.0?.lowercasedASCII == "href" || $0.0 == nil
      }
    for (name, value) in attributes {
      if isOdd { forbidRaw(value, "attribute of <\(tag ?? "")>", at: expression.position) }
      checkAttribute(name, value, at: expression.position)
      hold(value, in: index, at: expression)
    }
    let isCode = tag.map { ["script", "style"].contains($0.lowercasedASCII) } ?? false
    for value in children {
      if isCode { forbidRaw(value, "text of <\(tag ?? "")>", at: expression.position) }
      hold(value, in: index, at: expression)
    }
    return .object(index)
  }

  /// What stands in an element: data is escaped there, other elements are rendered with it.
  private func hold(_ value: AbstractValue, in index: Int, at expression: Expression) {
    grow(index, labels: deepLabels(value).without([.unescaped, .openMarkup, .missing]))
    consumeDeeply(value, at: expression.position)
    if heap[index].rendering?.contents.formUnion(value, isLate: isLate) == true {
      hasChanged = true
    }
  }

  /// `<Component …/>`: a call with one object, made when it is rendered.
  func makeComponent(
    _ function: AbstractValue, _ attributes: [(String?, AbstractValue)],
    _ children: [AbstractValue], _ expression: Expression, _ state: inout PathState,
    _ frame: Frame
  ) -> AbstractValue {
    let properties = allocate(.plain, at: expression, part: "props", in: frame)
    for (name, value) in attributes {
      grow(properties, field: name, value)
      if name == nil { grow(properties, labels: value.labels.without([.missing])) }
    }
    if !children.isEmpty {
      let list = allocate(.array, at: expression, part: "children", in: frame)
      for child in children { grow(list, field: nil, child) }
      grow(properties, field: "children", .object(list))
    }
    consume(function, at: expression.position)
    if function.mayBePrimitive || !function.objects.isEmpty {
      addFault(function.labels, &state, frame)
    }
    let index = allocateElement(expression, frame)
    if heap[index].rendering?.component.formUnion(function) == true { hasChanged = true }
    if heap[index].rendering?.properties.formUnion(.object(properties)) == true {
      hasChanged = true
    }
    grow(index, labels: function.labels.without([.missing]))
    return .object(index)
  }

  /// `h(tag, attributes, …children)`.
  func callElementFunction(
    _ arguments: CallArguments, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let given = arguments[1]
    if given.mayBeString || given.mayBeNumber || given.mayBeBoolean || !given.functions.isEmpty {
      addFault(given.labels, &state, frame)
    }
    let attributes = attributes(of: given)
    let children = [arguments.rest(from: 2)]
    let tag = arguments[0]
    // Who chooses the tag chooses what is run.
    forbidRaw(tag, "tag of an element", at: call.position)
    var result = AbstractValue.nothing
    if !tag.functions.isEmpty {
      result = makeComponent(tag, attributes, children, call, &state, frame)
    }
    let tags = tag.literalTexts ?? (tag.mayBeString ? ["script", "meta"] : [])
    for name in tags {
      result.formUnion(makeElement(name, attributes, children, call, frame))
    }
    if tags.isEmpty, tag.functions.isEmpty || tag.mayBePrimitive || !tag.objects.isEmpty {
      // A tag of unknown name, or a fragment.
      addFault(tag.labels, &state, frame)
      result.formUnion(makeElement(nil, attributes, children, call, frame))
    }
    for index in result.objects {
      grow(index, labels: deepLabels(tag).without([.unescaped, .openMarkup, .missing]))
    }
    return result
  }

  private func checkAttribute(
    _ name: String?, _ value: AbstractValue, at position: SourcePosition
  ) {
    guard let name = name?.lowercasedASCII else {
      forbidRaw(value, "attribute of unknown name", at: position)
      return
    }
    if ElementRules.isCode(name) {
      forbidRaw(value, "attribute \(name)", at: position)
    } else if ElementRules.isURL(name) {
      checkURL(value, "attribute \(name)", at: position)
    }
  }

  /// What a field of an element would give if it had any, and what its JSON would hold: reading
  /// one gives nothing, but to be on the safe side everything in it is looked at.
  func insides(of index: Int) -> AbstractValue {
    guard let rendering = heap[index].rendering else { return .undefined }
    var all = reachable(from: rendering.contents.union(rendering.properties))
    all.formUnion(rendering.component)
    all.formUnion(.object(index))
    all.labels.formUnion(heap[index].labels)
    all.labels = all.labels.decoded
    return all.union(.undefined)
  }

  // MARK: rendering

  /// A value becomes text: the elements in it are rendered, and their components called.
  func render(
    _ value: AbstractValue, at call: Expression, _ state: inout PathState, _ frame: Frame
  ) {
    guard hasElements, !value.objects.isEmpty else { return }
    var work = RenderWork()
    let (control, exitsBefore) = (state.control, exits)
    render(value, &work, call, &state, frame)
    while let (value, deciding) = work.waiting.popLast() {
      state.control.formUnion(deciding)
      render(value, &work, call, &state, frame)
    }
    if exits == exitsBefore { state.control = control }
  }

  /// One text that is made of elements.
  private struct RenderWork {
    /// Objects that were looked at.
    var seen: Indices = []
    var depth = 0
    /// What stands too deep in other elements, and what decided that it is there: as deep as a program
    /// nests them, there is no stack for that.
    var waiting: [(AbstractValue, Labels)] = []

    static let deepest = 200
  }

  private func render(
    _ value: AbstractValue, _ work: inout RenderWork, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) {
    if value.objects.isEmpty { return }
    if work.depth == RenderWork.deepest {
      work.waiting.append((value, state.control))
      return
    }
    work.depth += 1
    defer { work.depth -= 1 }
    let control = state.control
    let exitsBefore = exits
    defer { if exits == exitsBefore { state.control = control } }
    // What decided which elements there are decides which components are called.
    state.control.formUnion(value.labels.of(LabelKind.followsBranches))
    for index in value.objects where work.seen.insert(index) {
      guard let rendering = heap[index].rendering else {
        // A list of elements, or an object that holds them.
        if heap[index].kind == .array || heap[index].kind == .plain {
          let items = anyField(index).adding(heap[index].labels)
          render(items, &work, call, &state, frame)
        }
        continue
      }
      render(rendering.contents, &work, call, &state, frame)
      for inner in rendering.contents.objects { rise(from: inner, to: index) }
      guard !rendering.component.functions.isEmpty else { continue }
      let arguments = CallArguments(positional: [rendering.properties])
      let made = invokeRepeatedly(
        rendering.component, arguments, rendering.site, count: heap[index].labels,
        answersDecide: false, &state, frame)
      render(made, &work, call, &state, frame)
      grow(index, labels: deepLabels(made).without([.unescaped, .openMarkup, .missing]))
      consumeDeeply(made, at: rendering.site.position)
      // What cannot be shown is a fault.
      if !made.functions.isEmpty || made.objects.contains(where: { heap[$0].kind == .plain }) {
        addFault(made.labels, &state, frame)
      }
    }
  }

  private func rise(from inner: Int, to outer: Int) {
    grow(outer, labels: deepLabels(.object(inner)).without([.unescaped, .openMarkup, .missing]))
  }
}
