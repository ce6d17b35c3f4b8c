import HandlerLanguage

/// Text that is put together: templates, and additions of which one of the first two is a text.
extension FunctionCompiler {
  /// A part of it.
  enum TextPart {
    case literal(StringLiteral)
    case value(Expression)
  }

  /// Parts that are joined at once; what stands left of them is one part of its own.
  private static let mostParts = 16

  /// `` `a${b}c` ``.
  func template(
    _ expression: Expression, _ quasis: [StringLiteral], _ values: [Expression]
  ) throws(Fault) -> Code {
    var parts = [TextPart.literal(quasis[0])]
    for (value, quasi) in zip(values, quasis.dropFirst()) {
      parts.append(.value(value))
      if !quasi.units.isEmpty { parts.append(.literal(quasi)) }
    }
    return try joined(parts[...], expression.position)
  }

  /// `left + right`, where it is clear that text comes out; nil otherwise.
  func joined(
    _ expression: Expression, _ left: Expression, _ right: Expression
  ) throws(Fault) -> Code? {
    // From the right to the left: `((a + b) + c) + d`.
    var parts = [right]
    var rest = left
    while parts.count < Self.mostParts, case .binary(.add, let next, let part) = rest.kind {
      parts.append(part)
      rest = next
    }
    parts.append(rest)
    // What stands left of the first text is one part: it may be a sum of numbers.
    guard let text = parts.lastIndex(where: \.isText) else { return nil }
    if text + 1 < parts.count {
      var sum = left
      for _ in 0..<text { if case .binary(_, let next, _) = sum.kind { sum = next } }
      parts[(text + 1)...] = [sum]
    }
    return try joined(parts.reversed().map { .value($0) }[...], expression.position)
  }

  private func joined(
    _ parts: ArraySlice<TextPart>, _ position: SourcePosition
  ) throws(Fault) -> Code {
    if parts.count > Self.mostParts {
      let start = try joined(parts.dropLast(Self.mostParts - 1), position)
      return try joined(start, parts.suffix(Self.mostParts - 1), position)
    }
    return try joined(nil, parts, position)
  }

  /// Evaluates part after part into registers, then joins them.
  private func joined(
    _ start: Code?, _ parts: ArraySlice<TextPart>, _ position: SourcePosition
  ) throws(Fault) -> Code {
    try scoped { () throws(Fault) -> Code in
      let first = take(parts.count + (start == nil ? 0 : 1))
      let site = site(position)
      let codes = CodeList()
      if let start { codes.append(start) }
      for part in parts {
        switch part {
        case .literal(let literal):
          let text = try constant(literal)
          codes.append { (_: Registers) throws(Fault) in text }
        case .value(let value): codes.append(try code(value))
        }
      }
      let values = codes.fixed
      let heap = heap
      return { (frame: Registers) throws(Fault) in
        for index in 0..<values.count {
          var value = try values.run(index, frame)
          // What may fault on the way to text does so before the next part is evaluated.
          if value.isReference { value = try Self.text(value, frame, site) }
          frame[first + index] = value
        }
        do throws(Fault) {
          return Value(try heap.join(frame + first, count: values.count, site.context(frame)))
        } catch { throw site.passing(error) }
      }
    }
  }

  @inline(never)
  private static func text(
    _ value: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Value {
    let context = site.context(frame)
    return Value(try site.here { () throws(Fault) in try context.toText(value) })
  }
}

extension Expression {
  /// Whether it is text whatever its parts are.
  fileprivate var isText: Bool {
    switch kind {
    case .string, .template: true
    default: false
    }
  }
}

extension Heap {
  /// The text of values that follow each other. Short ones, and numbers, are laid side by side and
  /// copied once; what is long stays where it is, as half of a rope.
  fileprivate func join(
    _ values: Registers, count: Int, _ context: CallContext
  ) throws(Fault) -> StringRef {
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 192) { (room) throws(Fault) in
      let bytes = room.baseAddress.unsafelyUnwrapped
      var filled = 0
      var result: StringRef?
      func empty() throws(Fault) {
        guard filled > 0 || result == nil else { return }
        let text = try string(ascii: UnsafeBufferPointer(start: bytes, count: filled))
        result = if let result { try concat(result, text) } else { text }
        filled = 0
      }
      for index in 0..<count {
        let value = values[index]
        if value.isNumber {
          if room.count - filled < NumberFormatting.capacity { try empty() }
          filled += NumberFormatting.write(value.number, into: bytes + filled)
          continue
        }
        let text = try context.toText(value)
        let length = text.length
        if text.kind == StringRef.Kind.ascii, length <= room.count - filled {
          (bytes + filled).update(
            from: text.units.assumingMemoryBound(to: UInt8.self), count: length)
          filled += length
        } else {
          if filled > 0 { try empty() }
          result = if let result { try concat(result, text) } else { text }
        }
      }
      if filled > 0 || result == nil { try empty() }
      return result.unsafelyUnwrapped
    }
  }
}
