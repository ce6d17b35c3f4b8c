import HandlerLanguage

extension Expression {
  /// What an expression is made of: the parts whose values its own may hold, and those that say
  /// where it is put. A test that only decides is none of them.
  var operands: [Expression] {
    switch kind {
    case .number, .string, .boolean, .null, .undefined, .identifier, .function: []
    case .template(_, let values): values
    case .array(let elements):
      elements.map { element in
        switch element {
        case .value(let value), .spread(let value): value
        }
      }
    case .object(let members):
      members.flatMap { member -> [Expression] in
        switch member {
        case .property(.computed(let key), let value): [value, key]
        case .property(.literal, let value): [value]
        case .spread(let value): [value]
        }
      }
    case .unary(_, let operand), .optionalChain(let operand): [operand]
    case .binary(_, let left, let right), .logical(_, let left, let right): [left, right]
    case .conditional(_, let then, let otherwise): [then, otherwise]
    case .assign(let target, let value): [value] + target.parts
    case .compoundAssign(let target, _, let value), .logicalAssign(let target, _, let value):
      [value] + target.parts
    case .member(let object, _, _): [object]
    case .index(let object, let index, _): [object, index]
    case .call(let callee, let arguments, _): [callee] + arguments.map(\.value)
    case .pipeline(let pipeline):
      pipeline.role == .apply ? pipeline.members.suffix(1) : pipeline.members
    case .match(let match): match.arms.map(\.value) + (match.otherwise.map { [$0] } ?? [])
    case .jsx(let element): element.operands
    }
  }
}

extension AssignmentTarget {
  fileprivate var parts: [Expression] {
    switch self {
    case .variable(let name): [name]
    case .member(let object, _): [object]
    case .index(let object, let index): [object, index]
    }
  }
}

extension JSXElement {
  fileprivate var operands: [Expression] {
    var parts: [Expression] = []
    for attribute in attributes {
      switch attribute {
      case .named(_, let value): if let value { parts.append(value) }
      case .spread(let value): parts.append(value)
      }
    }
    for child in children {
      if case .expression(let value) = child { parts.append(value) }
    }
    if case .component(let component) = tag { parts.append(component) }
    return parts
  }
}

extension Pattern {
  /// The values that stand for what is not given, and what they are bound to.
  var fallbacks: [(target: Pattern, value: Expression)] {
    switch self {
    case .name: []
    case .object(let properties, _):
      properties.flatMap { property in
        (property.fallback.map { [(property.target, $0)] } ?? []) + property.target.fallbacks
      }
    case .array(let items, let rest):
      items.compactMap { $0 }.flatMap { item in
        (item.fallback.map { [(item.target, $0)] } ?? []) + item.target.fallbacks
      } + (rest?.fallbacks ?? [])
    }
  }

  /// The keys that are computed.
  var computedKeys: [Expression] {
    switch self {
    case .name: []
    case .object(let properties, _):
      properties.flatMap { property -> [Expression] in
        if case .computed(let key) = property.key { return [key] + property.target.computedKeys }
        return property.target.computedKeys
      }
    case .array(let items, let rest):
      items.flatMap { $0?.target.computedKeys ?? [] } + (rest?.computedKeys ?? [])
    }
  }
}
