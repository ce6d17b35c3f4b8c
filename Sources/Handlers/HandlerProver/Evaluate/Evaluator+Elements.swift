import HandlerLanguage

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
        for index in value.objects {
          for (name, field) in heap[index].fields { attributes.append((name.text, field)) }
          attributes.append((nil, heap[index].others.adding(heap[index].labels)))
        }
        attributes.append((nil, AbstractValue(labels: value.labels)))
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
      return callComponent(function, attributes, children, expression, state, frame)
    }
  }

  /// An HTML element: text in it is escaped when it is rendered.
  func makeElement(
    _ tag: String?, _ attributes: [(String?, AbstractValue)], _ children: [AbstractValue],
    _ expression: Expression, _ frame: Frame
  ) -> AbstractValue {
    let index = allocate(.element, at: expression, in: frame)
    // `http-equiv="refresh"` makes a redirect of another attribute.
    let isMeta =
      tag?.lowercasedASCII == "meta"
      && attributes.contains {
        $0.0?.lowercasedASCII == "http-equiv" || $0.0 == nil
      }
    for (name, value) in attributes {
      if isMeta { forbidRaw(value, "attribute of <meta>", at: expression.position) }
      checkAttribute(name, value, at: expression.position)
      grow(index, labels: deepLabels(value).without([.unescaped, .openMarkup, .missing]))
      consumeDeeply(value, at: expression.position)
    }
    let isCode = tag.map { ["script", "style"].contains($0.lowercasedASCII) } ?? false
    for value in children {
      if isCode { forbidRaw(value, "text of <\(tag ?? "")>", at: expression.position) }
      grow(index, labels: deepLabels(value).without([.unescaped, .openMarkup, .missing]))
      consumeDeeply(value, at: expression.position)
    }
    return .object(index)
  }

  /// `<Component …/>` is a call with one object.
  func callComponent(
    _ function: AbstractValue, _ attributes: [(String?, AbstractValue)],
    _ children: [AbstractValue], _ expression: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    let properties = allocate(.plain, at: expression, part: "props", in: frame)
    for (name, value) in attributes { grow(properties, field: name, value) }
    if !children.isEmpty {
      let list = allocate(.array, at: expression, part: "children", in: frame)
      for child in children { grow(list, field: nil, child) }
      grow(properties, field: "children", .object(list))
    }
    let arguments = CallArguments(positional: [.object(properties)])
    return invoke(function, arguments, expression, state, frame)
  }

  /// `h(tag, attributes, …children)`.
  func callElementFunction(
    _ arguments: CallArguments, _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    var attributes: [(String?, AbstractValue)] = []
    for index in arguments[1].objects {
      for (name, field) in heap[index].fields { attributes.append((name.text, field)) }
      attributes.append((nil, heap[index].others.adding(heap[index].labels)))
    }
    attributes.append((nil, AbstractValue(labels: arguments[1].labels)))
    let children = [arguments.rest(from: 2)]
    var result = callComponent(arguments[0], attributes, children, call, state, frame)
    // Who chooses the tag chooses what is run.
    forbidRaw(arguments[0], "tag of an element", at: call.position)
    let tags = arguments[0].literalTexts ?? (arguments[0].mayBeString ? ["script"] : [])
    for tag in tags {
      result.formUnion(makeElement(tag, attributes, children, call, frame))
    }
    if !arguments[0].functions.isEmpty || arguments[0].literalTexts != nil { return result }
    // A tag of unknown name, or a fragment.
    return result.union(makeElement(nil, attributes, children, call, frame))
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
}
