extension Validator {
  mutating func array(
    _ at: Int, _ value: Value, _ path: InstancePath
  ) throws(Reader.Failure) -> Bool {
    let count = reader.count(value)
    var fits = true
    if let least = nodes[at].minItems, count < least {
      fits = try fail(path, "must have at least \(least) element\(least == 1 ? "" : "s")")
    }
    if let most = nodes[at].maxItems, count > most {
      fits = try fail(path, "must have at most \(most) element\(most == 1 ? "" : "s")")
    }
    if !fits, isDone { return false }
    for index in 0..<count {
      try reader.spend(1)
      let inner: Int
      if index < nodes[at].prefixItems.count {
        inner = nodes[at].prefixItems[index]
      } else if let items = nodes[at].items {
        inner = items
      } else {
        break
      }
      if try !holds(inner, reader.element(value, index), .element(index, of: path)) {
        fits = false
        if isDone { return false }
      }
    }
    if let contained = nodes[at].contains {
      var found = 0
      for index in 0..<count where try quietly(contained, reader.element(value, index)) {
        found += 1
      }
      if found < nodes[at].minContains {
        fits = try fail(path, "has too few of the elements that it must have")
      } else if let most = nodes[at].maxContains, found > most {
        fits = try fail(path, "has too many of the elements that it may have")
      }
      if !fits, isDone { return false }
    }
    if nodes[at].uniqueItems, count > 1 {
      var seen: Set<[UInt8]> = []
      for index in 0..<count {
        let element = reader.element(value, index)
        if try !seen.insert(Fingerprint.of(element, reader)).inserted {
          return try fail(.element(index, of: path), "is there twice")
        }
      }
    }
    return fits
  }

  mutating func object(
    _ at: Int, _ value: Value, _ path: InstancePath
  ) throws(Reader.Failure) -> Bool {
    let members = try reader.members(value)
    try reader.spend(members.count)
    var fits = true
    if let least = nodes[at].minProperties, members.count < least {
      fits = try fail(path, "must have at least \(least) field\(least == 1 ? "" : "s")")
    }
    if let most = nodes[at].maxProperties, members.count > most {
      fits = try fail(path, "must have at most \(most) field\(most == 1 ? "" : "s")")
    }
    if !fits, isDone { return false }
    if try !required(nodes[at].required, of: value, path) {
      fits = false
      if isDone { return false }
    }
    for member in members {
      if try !self.member(member, at, path) {
        fits = false
        if isDone { return false }
      }
    }
    for dependent in nodes[at].dependentRequired {
      guard try reader.member(value, dependent.name) != nil else { continue }
      if try !required(dependent.needs, of: value, path) {
        fits = false
        if isDone { return false }
      }
    }
    for dependent in nodes[at].dependentSchemas {
      guard try reader.member(value, dependent.name) != nil else { continue }
      if try !holds(dependent.node, value, path) {
        fits = false
        if isDone { return false }
      }
    }
    return fits
  }

  private mutating func required(
    _ names: [String], of value: Value, _ path: InstancePath
  ) throws(Reader.Failure) -> Bool {
    var fits = true
    for name in names {
      try reader.spend(1 + name.utf8.count >> 2)
      if try reader.member(value, name) == nil {
        fits = try fail(.member(name, of: path), "is missing")
        if isDone { return false }
      }
    }
    return fits
  }

  private mutating func member(
    _ member: (name: String, value: Value), _ at: Int, _ outer: InstancePath
  ) throws(Reader.Failure) -> Bool {
    let path = InstancePath.member(member.name, of: outer)
    let name = member.name.unicodeScalars.map(\.value)
    try reader.spend(1 + name.count + nodes[at].properties.count)
    var fits = true
    for inner in try SchemaChildren(nodes: nodes, at: at).schemas(
      of: member.name, name,
      { (pattern, text) throws(Reader.Failure) in try matches(pattern, text) })
    {
      if try !holds(inner, member.value, path) {
        fits = false
        if isDone { return false }
      }
    }
    if let names = nodes[at].propertyNames, try !quietly(names, reader.value(ofName: member.name)) {
      fits = try fail(path, "has a name that it must not have")
    }
    return fits
  }
}

/// The schemas of one that apply to a field of an object.
struct SchemaChildren {
  let nodes: [SchemaNode]
  let at: Int

  func schemas<Failure: Error>(
    of name: String, _ scalars: [UInt32],
    _ matches: (TextPattern, [UInt32]) throws(Failure) -> Bool
  ) throws(Failure) -> [Int] {
    var found: [Int] = []
    for property in nodes[at].properties where property.name.utf8.elementsEqual(name.utf8) {
      found.append(property.node)
    }
    for (pattern, inner) in nodes[at].patternProperties where try matches(pattern, scalars) {
      found.append(inner)
    }
    if found.isEmpty, let rest = nodes[at].additionalProperties { found.append(rest) }
    return found
  }
}
