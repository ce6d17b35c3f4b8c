/// `h`, `Fragment` and `renderToString`.
///
/// `h` makes a node with the fields `tag`, `props` and `children`; components are called when the
/// node is rendered, so that a child nobody renders is never called.
enum JSXFunctions {
  /// Puts them into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.globals[.h] = node
    registry.globalConstants[.fragment] = { heap throws(Fault) in
      Value(try heap.makeObject(.fragment, capacity: 0))
    }
    registry.globals[.renderToString] = { c throws(Fault) in
      try HTMLRenderer.text(of: c.arguments[0], c)
    }
    registry.classes[.element] = ClassBehavior(
      text: { c, object throws(Fault) in try HTMLRenderer.text(of: Value(object), c) })
  }

  private static func node(_ c: CallContext) throws(Fault) -> Value {
    let tag = c.arguments[0]
    guard tag.isString || tag.isFunction || tag.isFragment else {
      throw Fault("h: \(Conversion.kindName(of: tag)) is neither a tag nor a component")
    }
    let props = c.arguments[1]
    guard props.isNullish || props.isObject else {
      throw Fault("h: \(Conversion.kindName(of: props)) cannot be attributes")
    }
    let values = c.arguments.values
    let children = UnsafeBufferPointer(rebasing: values[min(2, values.count)...])
    let node = try c.heap.makeObject(.element, capacity: 3)
    try c.heap.setProperty(node, .tag, tag)
    try c.heap.setProperty(node, .props, props)
    try c.heap.setProperty(node, .children, Value(try c.heap.makeArray(children)))
    return Value(node)
  }
}

extension ObjectClass {
  /// `Fragment`.
  static let fragment = ObjectClass(rawValue: 6)
}

extension Value {
  /// The value of `Fragment`.
  var isFragment: Bool { isObject && object.objectClass == .fragment }
}
