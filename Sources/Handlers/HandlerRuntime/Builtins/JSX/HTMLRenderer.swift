/// JSX nodes to HTML text.
///
/// Text and attribute values are escaped; nothing that a handler passes as data can become markup.
/// Names of tags and attributes come from data only through spread, and are checked.
struct HTMLRenderer {
  private let c: CallContext
  private var out: StringBuilder

  private init(_ c: CallContext) throws(Fault) {
    self.c = c
    out = try StringBuilder(c.heap, capacity: 1024)
  }

  /// The HTML of a node, text or list of them.
  static func text(of value: Value, _ c: CallContext) throws(Fault) -> Value {
    var renderer = try HTMLRenderer(c)
    try renderer.render(value)
    return Value(try renderer.out.finish())
  }

  private mutating func render(_ value: Value) throws(Fault) {
    try c.spend(1)
    if value.isString {
      try escape(try c.heap.flat(value.string))
    } else if value.isNumber {
      try out.append(number: value.number)
    } else if value.isArray {
      try c.checkStack()
      var index = 0
      while index < value.array.count {
        try render(value.array[index])
        index += 1
      }
    } else if value.isObject, value.object.objectClass == .element {
      try c.checkStack()
      try render(value.object)
    } else if value.isReference {
      throw Fault("\(Conversion.kindName(of: value)) cannot be rendered")
    }
  }

  private mutating func render(_ node: ObjectRef) throws(Fault) {
    let (tag, props, children) = JSXFunctions.fields(of: node, c.heap)
    if tag.isFunction {
      try render(try c.call(tag, try properties(props, children)))
    } else if tag.isString {
      try element(try c.heap.flat(tag.string), props, children)
    } else {
      try render(children)
    }
  }

  /// What a component is called with: its attributes and, when there are any, its children.
  private func properties(_ props: Value, _ children: Value) throws(Fault) -> Value {
    let object = try c.heap.makeObject()
    if props.isObject { try c.heap.copyProperties(from: props.object, to: object) }
    if let list = children.asArray,
      list.count > 0 || c.heap.property(object, .children) == nil
    {
      try c.heap.setProperty(object, .children, children)
    }
    return Value(object)
  }

  private mutating func element(
    _ tag: FlatString, _ props: Value, _ children: Value
  ) throws(Fault) {
    guard HTMLNames.isTag(tag) else { throw Fault("an element's name is not safe in HTML") }
    try out.append(unit: 0x3C)
    try out.append(tag)
    var content = children
    if props.isObject { try attributes(props.object, &content) }
    try out.append(unit: 0x3E)
    let isEmpty = content.asArray.map { $0.count == 0 } ?? content.isNullish
    if HTMLNames.isVoid(tag) {
      guard isEmpty else { throw Fault("a void element cannot have children") }
      return
    }
    if HTMLNames.isRaw(tag) {
      try rawContent(content)
    } else {
      try render(content)
    }
    try out.append("</")
    try out.append(tag)
    try out.append(unit: 0x3E)
  }

  /// - Parameter content: the children; an attribute of that name stands in when there are none.
  private mutating func attributes(_ props: ObjectRef, _ content: inout Value) throws(Fault) {
    for position in 0..<c.heap.propertyCount(props) {
      let (key, value) = c.heap.property(props, at: position)
      let name = try c.heap.flat(key)
      if name.equals("children") {
        if let list = content.asArray, list.count == 0 { content = value }
        continue
      }
      try attribute(name, value)
    }
  }

  private mutating func attribute(_ name: FlatString, _ value: Value) throws(Fault) {
    try c.spend(1)
    guard HTMLNames.isAttribute(name) else {
      throw Fault("an attribute's name is not safe in HTML")
    }
    if value.isNullish || value.isFalse { return }
    if value.isFunction || value.isObject {
      let attribute = String(decoding: (0..<name.count).map { name[$0] }, as: UTF16.self)
      throw Fault("\(Conversion.kindName(of: value)) cannot be the attribute '\(attribute)'")
    }
    try out.append(unit: 0x20)
    if name.equals("className") { try out.append("class") } else { try out.append(name) }
    if value.isTrue { return }
    try out.append("=\"")
    try escape(try c.heap.flat(try c.toText(value)))
    try out.append(unit: 0x22)
  }

  /// The content of `script` and `style`: as it is, but nothing that could end the element.
  private mutating func rawContent(_ children: Value) throws(Fault) {
    var builder = try StringBuilder(c.heap)
    try raw(children, &builder)
    let content = try c.heap.flat(try builder.finish())
    let end = try c.heap.flat(try c.heap.string("</"))
    if content.firstIndex(of: end, from: 0) != nil {
      throw Fault("the content of a script or style element holds '</'")
    }
    try out.append(content)
  }

  private func raw(_ value: Value, _ builder: inout StringBuilder) throws(Fault) {
    try c.spend(1)
    if value.isString || value.isNumber {
      try builder.append(try c.toText(value))
    } else if value.isArray {
      try c.checkStack()
      for index in 0..<value.array.count { try raw(value.array[index], &builder) }
    } else if value.isReference {
      throw Fault("\(Conversion.kindName(of: value)) cannot stand in a script or style element")
    }
  }

  private mutating func escape(_ text: FlatString) throws(Fault) {
    try c.spend(units: text.count)
    if text.isASCII {
      try escape(text, text.ascii)
    } else {
      try escape(text, text.wide)
    }
  }

  /// - Parameter units: those of `text`.
  @inline(__always)
  private mutating func escape<Unit: CodeUnit>(
    _ text: FlatString, _ units: UnsafeBufferPointer<Unit>
  ) throws(Fault) {
    var copied = 0
    var index = 0
    while index < units.count {
      let unit = units[index]
      if unit <= 0x3E, let entity = Self.entity(UInt16(truncatingIfNeeded: unit)) {
        try out.append(text.part(copied, index))
        try out.append(entity)
        copied = index + 1
      }
      index &+= 1
    }
    try out.append(text.part(copied, units.count))
  }

  private static func entity(_ unit: UInt16) -> StaticString? {
    switch unit {
    case 0x26: "&amp;"
    case 0x3C: "&lt;"
    case 0x3E: "&gt;"
    case 0x22: "&quot;"
    case 0x27: "&#39;"
    default: nil
    }
  }
}
