import HandlerLanguage

/// `|>` and JSX, both of which are calls.
extension FunctionCompiler {
  func pipeline(_ expression: Expression, _ pipeline: Pipeline) throws(Fault) -> Code {
    switch pipeline.role {
    case .apply: return try application(expression, pipeline.members)
    case .sequence:
      let members = CodeList()
      for member in pipeline.members { members.append(try code(member)) }
      let site = site(expression.position)
      let plain = pipeline.plainIndex ?? 0
      let all = members.fixed
      return { (frame: Registers) throws(Fault) in
        var values: [Value] = []
        for index in 0..<all.count { values.append(try all.run(index, frame)) }
        let context = site.context(frame)
        return try site.here { () throws(Fault) in
          try context.makeSequence(values, plainIndex: plain)
        }
      }
    }
  }

  /// `a |> f |> g` is `g(f(a))`.
  private func application(
    _ expression: Expression, _ members: [Expression]
  ) throws(Fault) -> Code {
    var result = try code(members[0])
    for member in members.dropFirst() {
      result = try scoped { () throws(Fault) -> Code in
        let base = take(2)
        let argument = result
        let function = try code(member)
        let site = site(member.position)
        let name = member.spelling
        return { (frame: Registers) throws(Fault) in
          let value = try argument(frame)
          frame[base + 1] = value
          let called = try function(frame)
          guard called.isFunction else { throw site.fault("\(name) is not a function") }
          return try site.here { () throws(Fault) in
            try site.heap.invoke(called, at: frame + base, count: 1)
          }
        }
      }
    }
    return result
  }

  /// `<tag …>…</tag>` is `h(tag, attributes, …children)`.
  func jsx(_ expression: Expression, _ element: JSXElement) throws(Fault) -> Code {
    guard let number = linker.table.globals[.h] else {
      throw Fault("JSX needs the built-in 'h'", stack: [expression.position])
    }
    return try scoped { () throws(Fault) -> Code in
      let base = take(element.children.count + 3)
      let tag: Code
      switch element.tag {
      case .fragment:
        tag = Operand.constant(linker.constants.globals[.fragment] ?? .undefined).code
      case .element(let name): tag = Operand.constant(Value(heap.string(try atom(name)))).code
      case .component(let component): tag = try code(component)
      }
      let attributes = try jsxAttributes(expression, element.attributes)
      let children = CodeList()
      for child in element.children {
        switch child {
        case .text(let literal): children.append(Operand.constant(try constant(literal)).code)
        case .expression(let value): children.append(try code(value))
        }
      }
      let site = site(expression.position)
      let nodes = children.fixed
      return { (frame: Registers) throws(Fault) in
        let callee = frame + base
        callee[1] = try tag(frame)
        callee[2] = try attributes(frame)
        for index in 0..<nodes.count { callee[3 + index] = try nodes.run(index, frame) }
        return try site.here { () throws(Fault) in
          try site.heap.native(
            number, receiver: .undefined, callee: .undefined, base: callee,
            count: nodes.count + 2)
        }
      }
    }
  }

  private func jsxAttributes(
    _ expression: Expression, _ attributes: [JSXElement.Attribute]
  ) throws(Fault) -> Code {
    guard !attributes.isEmpty else { return { (_: Registers) throws(Fault) in .null } }
    let heap = heap
    let site = site(expression.position)
    /// The name of each; nil for a spread.
    var names: [Atom?] = []
    let codes = CodeList()
    for attribute in attributes {
      switch attribute {
      case .named(let name, let value):
        let given: Code? = if let value { try code(value) } else { nil }
        if let given {
          codes.append(given)
        } else {
          codes.append(Operand.constant(.true).code)
        }
        names.append(try atom(name))
      case .spread(let value):
        codes.append(try code(value))
        names.append(nil)
      }
    }
    let known = names.compactMap { $0 }
    if known.count == names.count, Set(known).count == known.count {
      return namedAttributes(known, codes, site)
    }
    let values = codes.fixed
    return { [names] (frame: Registers) throws(Fault) in
      let object = try site.here { () throws(Fault) in try heap.makeObject() }
      for index in 0..<values.count {
        let value = try values.run(index, frame)
        try site.here { () throws(Fault) in
          if let atom = names[index] {
            try heap.setProperty(object, atom, value)
          } else {
            try Spread.copy(value, to: object, heap)
          }
        }
      }
      return Value(object)
    }
  }

  /// Attributes without spread, each name once: every such object has the same shape, so values go
  /// into their slots once it is known.
  private func namedAttributes(_ names: [Atom], _ values: CodeList, _ site: Site) -> Code {
    let heap = heap
    let cache = linker.caches.make()
    let values = values.fixed
    return { (frame: Registers) throws(Fault) in
      let object = try site.here { () throws(Fault) in
        try heap.makeObject(capacity: values.count)
      }
      if cache.pointee.header != PropertyCache.noHeader {
        for index in 0..<values.count { object.slots[index] = try values.run(index, frame) }
        object.header = cache.pointee.header
        return Value(object)
      }
      for index in 0..<values.count {
        let value = try values.run(index, frame)
        try site.here { () throws(Fault) in try heap.setProperty(object, names[index], value) }
      }
      if !object.isDictionary { cache.pointee.header = object.header }
      return Value(object)
    }
  }
}
