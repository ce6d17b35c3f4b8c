import HandlerLanguage

/// Visits every expression and function below a statement.
enum Walk {
  static func statement(
    _ statement: Statement, expression visit: @escaping (Expression) -> Void,
    function enter: @escaping (Function) -> Void
  ) {
    let walker = Walker(visit: visit, enter: enter)
    walker.walk(statement)
  }

  private struct Walker {
    var visit: (Expression) -> Void
    var enter: (Function) -> Void

    func walk(_ statement: Statement) {
      switch statement.kind {
      case .variables(_, let declarators):
        for declarator in declarators {
          walk(declarator.pattern)
          walk(declarator.value)
        }
      case .function(_, let function): walk(function)
      case .expression(let value): walk(value)
      case .return(let value): walk(value)
      case .if(let test, let then, let otherwise):
        walk(test)
        walk(then)
        if let otherwise { walk(otherwise) }
      case .forOf(_, let pattern, let iterable, let body):
        walk(pattern)
        walk(iterable)
        walk(body)
      case .break, .continue: break
      case .switch(let subject, let cases):
        walk(subject)
        for item in cases {
          for child in item.tests { walk(child) }
          for child in item.body { walk(child) }
        }
      case .block(let statements): for child in statements { walk(child) }
      case .assert(let condition, let message):
        walk(condition)
        walk(message)
      }
    }

    func walk(_ function: Function) {
      enter(function)
      for parameter in function.parameters {
        walk(parameter.target)
        walk(parameter.fallback)
      }
      if let rest = function.rest { walk(rest) }
      switch function.body {
      case .expression(let value): walk(value)
      case .block(let statements): for child in statements { walk(child) }
      }
    }

    func walk(_ pattern: Pattern) {
      switch pattern {
      case .name: break
      case .object(let properties, _):
        for property in properties {
          if case .computed(let key) = property.key { walk(key) }
          walk(property.target)
          walk(property.fallback)
        }
      case .array(let elements, let rest):
        for case let element? in elements {
          walk(element.target)
          walk(element.fallback)
        }
        if let rest { walk(rest) }
      }
    }

    func walk(_ expression: Expression?) {
      guard let expression else { return }
      visit(expression)
      switch expression.kind {
      case .number, .string, .boolean, .null, .undefined, .identifier: break
      case .template(_, let values): for child in values { walk(child) }
      case .array(let elements):
        for element in elements {
          switch element {
          case .value(let value), .spread(let value): walk(value)
          }
        }
      case .object(let members):
        for member in members {
          switch member {
          case .property(let key, let value):
            if case .computed(let key) = key { walk(key) }
            walk(value)
          case .spread(let value): walk(value)
          }
        }
      case .function(let function): walk(function)
      case .unary(_, let operand): walk(operand)
      case .binary(_, let left, let right), .logical(_, let left, let right):
        walk(left)
        walk(right)
      case .conditional(let test, let then, let otherwise):
        walk(test)
        walk(then)
        walk(otherwise)
      case .assign(let target, let value), .compoundAssign(let target, _, let value),
        .logicalAssign(let target, _, let value):
        switch target {
        case .variable(let variable): walk(variable)
        case .member(let object, _): walk(object)
        case .index(let object, let index):
          walk(object)
          walk(index)
        }
        walk(value)
      case .member(let object, _, _): walk(object)
      case .index(let object, let index, _):
        walk(object)
        walk(index)
      case .call(let callee, let arguments, _):
        walk(callee)
        for child in arguments { walk(child.value) }
      case .optionalChain(let inner): walk(inner)
      case .pipeline(let pipeline): for child in pipeline.members { walk(child) }
      case .match(let match):
        walk(match.subject)
        for child in match.arms { walk(child.value) }
        walk(match.otherwise)
      case .jsx(let element): walk(element)
      }
    }

    func walk(_ element: JSXElement) {
      if case .component(let component) = element.tag { walk(component) }
      for attribute in element.attributes {
        switch attribute {
        case .named(_, let value): walk(value)
        case .spread(let value): walk(value)
        }
      }
      for case .expression(let child) in element.children { walk(child) }
    }
  }
}
