extension Schema {
  /// A copy of a value in which texts have become what the schema wants there and texts can be: numbers,
  /// booleans, and `null` for an empty one.
  ///
  /// A text stays what it is where the schema allows one, and where it is nothing else. Whether the
  /// value fits is another question.
  /// - Parameter wrapsSingles: an array takes one value for an array of one: forms and queries have no
  ///   arrays of their own.
  public func coerced<Maker: InstanceMaker>(
    _ value: Maker.Value, wrapsSingles: Bool = false, _ maker: Maker
  ) throws(Maker.Failure) -> Maker.Value {
    try Coercion(nodes: nodes, maker: maker, wrapsSingles: wrapsSingles).value([0], value)
  }

  /// Whether the field of that name is to be an array and not a text.
  public func wantsArray(at name: String) -> Bool {
    let coercion = Coercion(nodes: nodes, maker: JSONInstance(), wrapsSingles: true)
    let scalars = name.unicodeScalars.map(\.value)
    let inner = coercion.applying([0]).flatMap { index in
      SchemaChildren(nodes: nodes, at: index).schemas(of: name, scalars) { pattern, text in
        pattern.matches(text) { _ in }
      }
    }
    let types = coercion.types(coercion.applying(inner))
    return types.contains(.array) && !types.contains(.string)
  }
}

private struct Coercion<Maker: InstanceMaker> {
  let nodes: [SchemaNode]
  let maker: Maker
  let wrapsSingles: Bool

  /// The schemas, and those that they apply to the same value whatever it is.
  func applying(_ given: [Int]) -> [Int] {
    var found: [Int] = []
    var rest = given
    while let index = rest.popLast() {
      if found.contains(index) { continue }
      found.append(index)
      rest += nodes[index].allOf
      if let reference = nodes[index].reference { rest.append(reference) }
    }
    return found
  }

  /// What may be there: what one schema does not mention, another may.
  func types(_ applying: [Int]) -> SchemaType {
    applying.reduce(into: SchemaType()) { all, index in
      if let types = nodes[index].types { all.formUnion(types) }
    }
  }

  func value(_ given: [Int], _ value: Maker.Value) throws(Maker.Failure) -> Maker.Value {
    try maker.checkDepth()
    let applying = applying(given)
    try maker.spend(1 + applying.count)
    let types = types(applying)
    switch maker.kind(of: value) {
    case .array: return try array(applying, value)
    case .object: return try object(applying, value)
    case .string:
      if types.contains(.string) || types == [] { return value }
      if wrapsSingles, types.contains(.array) {
        return try array(applying, maker.make(elements: [value]))
      }
      return try scalar(value, types)
    default:
      if wrapsSingles, types.contains(.array) {
        return try array(applying, maker.make(elements: [value]))
      }
      return value
    }
  }

  private func scalar(
    _ value: Maker.Value, _ types: SchemaType
  ) throws(Maker.Failure) -> Maker.Value {
    let text = try maker.text(value)
    try maker.spend(text.count)
    if types.contains(.null), text.isEmpty { return maker.makeNull() }
    if types.contains(.boolean) {
      if text.elementsEqual("true".utf8.map(UInt32.init)) { return maker.make(true) }
      if text.elementsEqual("false".utf8.map(UInt32.init)) { return maker.make(false) }
    }
    if types.contains(.number) || types.contains(.integer), let number = maker.parseNumber(text) {
      return maker.make(number)
    }
    return value
  }

  private func array(
    _ applying: [Int], _ value: Maker.Value
  ) throws(Maker.Failure) -> Maker.Value {
    var elements: [Maker.Value] = []
    for index in 0..<maker.count(value) {
      var inner: [Int] = []
      for schema in applying {
        if index < nodes[schema].prefixItems.count {
          inner.append(nodes[schema].prefixItems[index])
        } else if let items = nodes[schema].items {
          inner.append(items)
        }
      }
      try maker.spend(1 + inner.count)
      elements.append(try self.value(inner, maker.element(value, index)))
    }
    return try maker.make(elements: elements)
  }

  private func object(
    _ applying: [Int], _ value: Maker.Value
  ) throws(Maker.Failure) -> Maker.Value {
    var members: [(name: String, value: Maker.Value)] = []
    for member in try maker.members(value) {
      let name = member.name.unicodeScalars.map(\.value)
      var inner: [Int] = []
      for schema in applying {
        try maker.spend(1 + name.count + nodes[schema].properties.count)
        inner += try SchemaChildren(nodes: nodes, at: schema).schemas(of: member.name, name) {
          (pattern, text) throws(Maker.Failure) in
          try pattern.matches(text) { (steps) throws(Maker.Failure) in try maker.spend(steps) }
        }
      }
      members.append((member.name, try self.value(inner, member.value)))
    }
    return try maker.make(members: members)
  }
}
