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
    return Value(try node(tag, props, Value(try c.heap.makeArray(children)), c.heap))
  }

  private static func node(
    _ tag: Value, _ props: Value, _ children: Value, _ heap: Heap
  ) throws(Fault) -> ObjectRef {
    let node = try heap.makeObject(.element, capacity: 3)
    let shape = heap.state.pointee.nodeShape
    guard shape == Shape.empty else {
      node.slots[0] = tag
      node.slots[1] = props
      node.slots[2] = children
      node.shape = shape
      return node
    }
    try heap.setProperty(node, .tag, tag)
    try heap.setProperty(node, .props, props)
    try heap.setProperty(node, .children, children)
    if !node.isDictionary { heap.state.pointee.nodeShape = node.shape }
    return node
  }

  /// The fields of a node, which the handler may have changed meanwhile.
  @inline(__always)
  static func fields(
    of node: ObjectRef, _ heap: Heap
  ) -> (tag: Value, props: Value, children: Value) {
    if node.shape == heap.state.pointee.nodeShape {
      return (node.slots[0], node.slots[1], node.slots[2])
    }
    return (
      heap.property(node, .tag) ?? .undefined, heap.property(node, .props) ?? .undefined,
      heap.property(node, .children) ?? .undefined
    )
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
