/// `replace` and `replaceAll` with a text to look for.
extension StringMethods {
  static func registerReplacing(in registry: inout NativeRegistry) {
    registry.methods[.stringReplace] = { c throws(Fault) in try replace(c, all: false) }
    registry.methods[.stringReplaceAll] = { c throws(Fault) in try replace(c, all: true) }
  }

  private static func replace(_ c: CallContext, all: Bool) throws(Fault) -> Value {
    let needle = try c.heap.flat(try c.toText(c.arguments[0]))
    let text = try c.receiverText()
    let isFunction = c.arguments[1].isFunction
    let replacement =
      isFunction ? nil : try c.heap.flat(try c.toText(c.arguments[1]))
    try c.spend(units: text.count + needle.count)
    guard var place = text.firstIndex(of: needle, from: 0) else { return c.receiver }
    let matched = Value(try c.heap.slice(text, place, place + needle.count))
    var builder = try StringBuilder(c.heap, capacity: text.count)
    var copied = 0
    while true {
      try c.spend(1)
      try builder.append(text.part(copied, place))
      if let replacement {
        try substitute(replacement, text, place, needle.count, on: &builder)
      } else {
        let made = try c.call(c.arguments[1], matched, Value(place), c.receiver)
        try builder.append(try c.toText(made))
      }
      copied = place + needle.count
      guard all else { break }
      // An empty needle stands between all units and at the end.
      let next = needle.count == 0 ? place + 1 : copied
      guard next <= text.count, let found = text.firstIndex(of: needle, from: next) else { break }
      place = found
    }
    try builder.append(text.part(copied, text.count))
    return Value(try builder.finish())
  }

  /// Appends a replacement with `$$`, `$&`, `` $` `` and `$'` filled in.
  ///
  /// Reference: ECMAScript 2023, 22.1.3.19.1 GetSubstitution.
  private static func substitute(
    _ replacement: FlatString, _ text: FlatString, _ place: Int, _ length: Int,
    on builder: inout StringBuilder
  ) throws(Fault) {
    let dollar = UInt16(0x24)
    var copied = 0
    var index = 0
    while index + 1 < replacement.count {
      guard replacement[index] == dollar else {
        index += 1
        continue
      }
      let inserted: FlatString
      switch replacement[index + 1] {
      case dollar: inserted = replacement.part(index, index + 1)
      case 0x26: inserted = text.part(place, place + length)
      case 0x60: inserted = text.part(0, place)
      case 0x27: inserted = text.part(place + length, text.count)
      default:
        index += 1
        continue
      }
      try builder.append(replacement.part(copied, index))
      try builder.append(inserted)
      index += 2
      copied = index
    }
    try builder.append(replacement.part(copied, replacement.count))
  }
}

extension FlatString {
  /// The units `from ..< to`, which must lie inside.
  func part(_ from: Int, _ to: Int) -> FlatString {
    precondition(0 <= from && from <= to && to <= count)
    return FlatString(
      base: base + (isASCII ? from : from * 2), count: to - from, isASCII: isASCII)
  }
}
