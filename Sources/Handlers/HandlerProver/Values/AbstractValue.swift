import Encodings

/// Everything that a value can be when the handler runs: an over-approximation that only grows.
struct AbstractValue: Equatable {
  /// The primitive kinds a value may have.
  struct Kinds: OptionSet, Hashable {
    var rawValue: UInt16
    static let undefined = Kinds(rawValue: 1 << 0)
    static let null = Kinds(rawValue: 1 << 1)
    static let yes = Kinds(rawValue: 1 << 2)
    static let no = Kinds(rawValue: 1 << 9)
    /// A number that is not listed in `numbers`.
    static let number = Kinds(rawValue: 1 << 3)
    /// A string of which nothing is known.
    static let string = Kinds(rawValue: 1 << 4)
    /// Exactly the request's method.
    static let requestMethod = Kinds(rawValue: 1 << 5)
    /// Exactly the request's path.
    static let requestPath = Kinds(rawValue: 1 << 6)
    /// Exactly `METHOD /path` of the request.
    static let methodAndPath = Kinds(rawValue: 1 << 7)

    /// The method and a space.
    static let methodAndSpace = Kinds(rawValue: 1 << 8)

    static let boolean: Kinds = [.yes, .no]
    static let nullish: Kinds = [.undefined, .null]
    static let anyString: Kinds = [
      .string, .requestMethod, .requestPath, .methodAndPath, .methodAndSpace,
    ]
    static let anyData: Kinds = [.undefined, .null, .yes, .no, .number, .string]
  }

  var kinds: Kinds = []
  var strings: Set<StringShape> = []
  var numbers: Set<Double> = []
  /// Indices into the heap.
  var objects: Indices = []
  /// Indices into the table of abstract functions.
  var functions: Indices = []
  var labels: Labels = []

  // Sets that a loop could grow for ever are cut here.
  private static let mostStrings = 256
  private static let mostNumbers = 64
  private static let longestString = 4096

  /// No value at all: what an expression that always faults gives.
  static let nothing = AbstractValue()
  static let undefined = AbstractValue(kinds: .undefined)
  static let boolean = AbstractValue(kinds: .boolean)
  static let number = AbstractValue(kinds: .number)
  static let string = AbstractValue(kinds: .string)

  /// A known string.
  static func text(_ text: String) -> AbstractValue {
    var value = AbstractValue()
    value.insert(.exact(text))
    return value
  }
  /// A known number.
  static func number(_ number: Double) -> AbstractValue {
    number.isNaN ? .number : AbstractValue(numbers: [number])
  }
  /// An object of the heap.
  static func object(_ index: Int) -> AbstractValue { AbstractValue(objects: [index]) }

  /// The same with other labels.
  func labelled(_ labels: Labels) -> AbstractValue {
    var copy = self
    copy.labels = labels
    return copy
  }
  /// The same with labels added.
  func adding(_ more: Labels) -> AbstractValue {
    if more.isEmpty || more.isSubset(of: labels) { return self }
    var copy = self
    copy.labels.formUnion(more)
    return copy
  }
  /// The same without some primitive kinds.
  func removing(_ gone: Kinds) -> AbstractValue {
    var copy = self
    copy.kinds.subtract(gone)
    return copy
  }
  /// The join of two.
  func union(_ other: AbstractValue) -> AbstractValue {
    var copy = self
    copy.formUnion(other)
    return copy
  }

  /// The same, when it is late: what still grows is given up.
  @discardableResult
  mutating func formUnion(_ other: AbstractValue, isLate: Bool) -> Bool {
    guard formUnion(other) else { return false }
    if isLate { widen() }
    return true
  }

  /// Gives up what a loop could grow for ever: of texts their common beginning stays.
  mutating func widen() {
    if numbers.count > 1 {
      numbers.removeAll()
      kinds.insert(.number)
    }
    guard strings.count > 1 else { return }
    let start = strings.reduce(nil as String?) { common, shape in
      guard let common else { return shape.beginning }
      var kept = String.UnicodeScalarView()
      for (a, b) in zip(common.unicodeScalars, shape.beginning.unicodeScalars) {
        guard a == b else { break }
        kept.append(a)
      }
      return String(kept)
    }
    strings.removeAll()
    if let start, !start.isEmpty { strings = [.prefix(start)] } else { kinds.insert(.string) }
    if labels.has(.chosen) { labels.formUnion(labels.of([.chosen]).decoded) }
  }

  /// Joins another value into this one; true when this one grew.
  @discardableResult
  mutating func formUnion(_ other: AbstractValue) -> Bool {
    var hasGrown = false
    if !other.kinds.isSubset(of: kinds) {
      kinds.formUnion(other.kinds)
      hasGrown = true
      if kinds.contains(.string) { strings.removeAll() }
      if kinds.contains(.number) { numbers.removeAll() }
    }
    if !other.labels.isSubset(of: labels) {
      labels.formUnion(other.labels)
      hasGrown = true
    }
    if !kinds.contains(.string), !other.strings.isEmpty, !other.strings.isSubset(of: strings) {
      // What a beginning stands for already is nothing new: a text that grows from pass to pass
      // would else be told anew in each.
      let beginnings = strings.filter { if case .prefix = $0 { true } else { false } }
      let more = other.strings.filter { shape in
        !strings.contains(shape)
          && !beginnings.contains { shape.beginning.utf8.starts(with: $0.beginning.utf8) }
      }
      if !more.isEmpty {
        strings.formUnion(more)
        hasGrown = true
        normalise()
      }
    }
    if !kinds.contains(.number), !other.numbers.isEmpty, !other.numbers.isSubset(of: numbers) {
      numbers.formUnion(other.numbers)
      hasGrown = true
      normalise()
    }
    if !other.objects.isEmpty, !other.objects.isSubset(of: objects) {
      objects.formUnion(other.objects)
      hasGrown = true
    }
    if !other.functions.isEmpty, !other.functions.isSubset(of: functions) {
      functions.formUnion(other.functions)
      hasGrown = true
    }
    return hasGrown
  }

  /// Adds one known string.
  mutating func insert(_ shape: StringShape) {
    if kinds.contains(.string) { return }
    strings.insert(shape)
    normalise()
  }

  private mutating func normalise() {
    if strings.count > Self.mostStrings
      || strings.contains(where: { $0.beginning.utf8.count > Self.longestString })
    {
      kinds.insert(.string)
      // What was put together of pieces that data from outside chose may say anything.
      if labels.has(.chosen) { labels.formUnion(labels.of([.chosen]).decoded) }
    }
    if kinds.contains(.string) { strings.removeAll() }
    if numbers.count > Self.mostNumbers { kinds.insert(.number) }
    if kinds.contains(.number) { numbers.removeAll() }
  }
}

extension AbstractValue {
  var isNothing: Bool {
    kinds.isEmpty && strings.isEmpty && numbers.isEmpty && objects.isEmpty && functions.isEmpty
  }
  var mayBeNullish: Bool { !kinds.isDisjoint(with: .nullish) }
  var mayBeString: Bool { !kinds.isDisjoint(with: .anyString) || !strings.isEmpty }
  var mayBeNumber: Bool { kinds.contains(.number) || !numbers.isEmpty }
  var mayBeBoolean: Bool { !kinds.isDisjoint(with: .boolean) }
  /// Whether it may be anything but an object, an array or a function.
  var mayBePrimitive: Bool { !kinds.isEmpty || !strings.isEmpty || !numbers.isEmpty }

  /// Every text it can be, when it can be nothing but known texts.
  var literalTexts: [String]? {
    guard kinds.isEmpty, numbers.isEmpty, objects.isEmpty, functions.isEmpty, !strings.isEmpty
    else { return nil }
    var texts: [String] = []
    for shape in strings {
      guard case .exact(let text) = shape else { return nil }
      texts.append(text)
    }
    return texts.sorted(by: UTF8Order.precedes)
  }

  /// Every number it can be, when it can be nothing but known numbers.
  var literalNumbers: [Double]? {
    guard kinds.isEmpty, strings.isEmpty, objects.isEmpty, functions.isEmpty, !numbers.isEmpty
    else { return nil }
    return numbers.sorted()
  }

  /// Whether it is exactly one of the request's own strings and nothing else.
  func isExactly(_ kind: Kinds) -> Bool {
    kinds == kind && strings.isEmpty && numbers.isEmpty && objects.isEmpty && functions.isEmpty
  }

  /// The part of it that counts as true; the labels stay.
  var truthyPart: AbstractValue {
    var part = self
    part.kinds.subtract([.undefined, .null, .no])
    part.numbers.remove(0)
    part.strings.remove(.exact(""))
    return part
  }
  /// The part of it that counts as false; the labels stay.
  var falsyPart: AbstractValue {
    var part = AbstractValue(labels: labels)
    part.kinds = kinds.intersection([.undefined, .null, .no, .number])
    if kinds.contains(.string) { part.kinds.insert(.string) }
    if numbers.contains(0) { part.numbers = [0] }
    for shape in strings where shape.beginning.isEmpty { part.strings.insert(shape) }
    return part
  }

  /// The same without the objects it may be.
  var withoutObjects: AbstractValue {
    var copy = self
    copy.objects = []
    return copy
  }
}
