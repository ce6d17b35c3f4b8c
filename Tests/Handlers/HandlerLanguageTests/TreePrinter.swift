import HandlerLanguage

/// Writes trees as S-expressions, so that a test can say in one line what it expects.
struct TreePrinter {
  func print(_ statements: [Statement]) -> String {
    statements.map(print).joined(separator: " ")
  }

  func print(_ statement: Statement) -> String {
    switch statement.kind {
    case .variables(let kind, let declarators):
      let parts = declarators.map { declarator in
        let value = declarator.value.map { " " + print($0) } ?? ""
        return "\(print(declarator.pattern))\(value)"
      }
      return "(\(kind == .const ? "const" : "let") \(parts.joined(separator: " , ")))"
    case .function(let name, let function): return "(function \(name.name) \(print(function)))"
    case .expression(let value): return print(value)
    case .return(let value): return value.map { "(return \(print($0)))" } ?? "(return)"
    case .if(let test, let then, let otherwise):
      return "(if \(print(test)) \(print(then))\(otherwise.map { " " + print($0) } ?? ""))"
    case .forOf(let kind, let pattern, let iterable, let body):
      return
        "(for \(kind == .const ? "" : "let ")\(print(pattern)) \(print(iterable)) \(print(body)))"
    case .break: return "(break)"
    case .continue: return "(continue)"
    case .switch(let subject, let cases):
      let parts = cases.map { item in
        let labels = item.tests.map(print) + (item.isDefault ? ["default"] : [])
        return "([\(labels.joined(separator: " "))] \(print(item.body)))"
      }
      return "(switch \(print(subject)) \(parts.joined(separator: " ")))"
    case .block(let statements): return "{\(print(statements))}"
    case .assert(let condition, let message):
      return "(assert \(print(condition))\(message.map { " " + print($0) } ?? ""))"
    }
  }

  func print(_ pattern: Pattern) -> String {
    switch pattern {
    case .name(let name): return name.name
    case .object(let properties, let rest):
      let parts = properties.map { property in
        "\(print(property.key)):\(print(property.target))\(fallback(property.fallback))"
      }
      return "{\((parts + (rest.map { ["...\($0.name)"] } ?? [])).joined(separator: " "))}"
    case .array(let elements, let rest):
      let parts = elements.map { element in
        element.map { print($0.target) + fallback($0.fallback) } ?? "_"
      }
      return "[\((parts + (rest.map { ["...\(print($0))"] } ?? [])).joined(separator: " "))]"
    }
  }

  private func fallback(_ value: Expression?) -> String { value.map { "=\(print($0))" } ?? "" }

  private func print(_ key: PropertyKey) -> String {
    switch key {
    case .literal(let literal): spelled(literal)
    case .computed(let value): "[\(print(value))]"
    }
  }

  private func spelled(_ literal: StringLiteral) -> String {
    let isWord = literal.units.allSatisfy { unit in
      Unicode.Scalar(unit).map { $0.properties.isIDContinue || "$.+-".unicodeScalars.contains($0) }
        ?? false
    }
    return isWord && !literal.units.isEmpty ? literal.text : quoted(literal)
  }

  func print(_ function: Function) -> String {
    let parameters =
      function.parameters.map { print($0.target) + fallback($0.fallback) }
      + (function.rest.map { ["...\(print($0))"] } ?? [])
    let specs =
      function.declaredSpecs.isEmpty ? "" : " <\(function.declaredSpecs.joined(separator: ","))>"
    let body =
      switch function.body {
      case .block(let statements): "{\(print(statements))}"
      case .expression(let value): print(value)
      }
    return "(\(parameters.joined(separator: " ")))\(specs) \(body)"
  }

  func print(_ expression: Expression) -> String {
    switch expression.kind {
    case .number(let value):
      return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .string(let literal): return quoted(literal)
    case .template(let quasis, let values):
      var parts = [quoted(quasis[0])]
      for (value, quasi) in zip(values, quasis.dropFirst()) {
        parts += [print(value), quoted(quasi)]
      }
      return "(template \(parts.joined(separator: " ")))"
    case .boolean(let value): return "\(value)"
    case .null: return "null"
    case .undefined: return "undefined"
    case .identifier(let name): return name
    case .array(let elements):
      let parts = elements.map { element in
        switch element {
        case .value(let value): print(value)
        case .spread(let value): "...\(print(value))"
        }
      }
      return "[\(parts.joined(separator: " "))]"
    case .object(let members):
      let parts = members.map { member in
        switch member {
        case .property(let key, let value): "\(print(key)):\(print(value))"
        case .spread(let value): "...\(print(value))"
        }
      }
      return "{\(parts.joined(separator: " "))}"
    case .function(let function):
      let own = function.selfBinding == nil ? "" : " self"
      return "(fn\(own)\(function.name.map { " \($0)" } ?? "") \(print(function)))"
    case .unary(let operation, let operand): return "(\(operation.rawValue) \(print(operand)))"
    case .binary(let operation, let left, let right):
      return "(\(operation.rawValue) \(print(left)) \(print(right)))"
    case .logical(let operation, let left, let right):
      return "(\(operation.rawValue) \(print(left)) \(print(right)))"
    case .conditional(let test, let then, let otherwise):
      return "(? \(print(test)) \(print(then)) \(print(otherwise)))"
    case .assign(let target, let value): return "(= \(print(target)) \(print(value)))"
    case .compoundAssign(let target, let operation, let value):
      return "(\(operation.rawValue)= \(print(target)) \(print(value)))"
    case .logicalAssign(let target, let operation, let value):
      return "(\(operation.rawValue)= \(print(target)) \(print(value)))"
    case .member(let object, let name, let isOptional):
      return "(\(isOptional ? "?." : ".") \(print(object)) \(name))"
    case .index(let object, let index, let isOptional):
      return "(\(isOptional ? "?.[]" : "[]") \(print(object)) \(print(index)))"
    case .call(let callee, let arguments, let isOptional):
      let parts = arguments.map { ($0.isSpread ? "..." : "") + print($0.value) }
      return
        "(\(isOptional ? "?.call" : "call") \(([print(callee)] + parts).joined(separator: " ")))"
    case .optionalChain(let inner): return "(chain \(print(inner)))"
    case .pipeline(let pipeline):
      let role = pipeline.plainIndex.map { "sequence \($0)" } ?? "apply"
      return "(|> \(role) \(pipeline.members.map(print).joined(separator: " ")))"
    case .match(let match):
      let arms = match.arms.map { "(\(print($0.pattern)) \(print($0.value)))" }
      let otherwise = match.otherwise.map { ["(default \(print($0)))"] } ?? []
      return "(match \(([print(match.subject)] + arms + otherwise).joined(separator: " ")))"
    case .jsx(let element): return print(element)
    }
  }

  private func print(_ target: AssignmentTarget) -> String {
    switch target {
    case .variable(let variable): print(variable)
    case .member(let object, let name): "(. \(print(object)) \(name))"
    case .index(let object, let index): "([] \(print(object)) \(print(index)))"
    }
  }

  private func print(_ pattern: MatchPattern) -> String {
    switch pattern {
    case .any: return "_"
    case .literal(let value): return print(value)
    case .object(let fields):
      let parts = fields.map { field in
        switch field.value {
        case .pattern(let pattern): "\(spelled(field.key)):\(print(pattern))"
        case .bind(let name): "\(spelled(field.key))@\(name.name)"
        }
      }
      return "{\(parts.joined(separator: " "))}"
    }
  }

  private func print(_ element: JSXElement) -> String {
    let tag =
      switch element.tag {
      case .fragment: "<>"
      case .element(let name): name
      case .component(let component): "!\(print(component))"
      }
    let attributes = element.attributes.map { attribute in
      switch attribute {
      case .named(let name, let value): "@\(name)" + (value.map { "=\(print($0))" } ?? "")
      case .spread(let value): "@...\(print(value))"
      }
    }
    let children = element.children.map { child in
      switch child {
      case .text(let text): quoted(text)
      case .expression(let value): print(value)
      }
    }
    return "(jsx \(([tag] + attributes + children).joined(separator: " ")))"
  }

  private func quoted(_ literal: StringLiteral) -> String {
    var text = "\""
    for unit in literal.units {
      switch unit {
      case 0x20...0x7E where unit != 0x22 && unit != 0x5C:
        text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default: text += "\\u\(String(unit, radix: 16))"
      }
    }
    return text + "\""
  }
}
