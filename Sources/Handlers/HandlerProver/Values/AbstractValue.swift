import Encodings

/// Everything that a value can be when the handler runs: an over-approximation that only grows.
struct AbstractValue: Equatable {
  /// The primitive kinds a value may have.
  struct Kinds: OptionSet, Hashable {
    var rawValue: UInt16
    static let undefined = Kinds(rawValue: 1 << 0)
    static let null = Kinds(rawValue: 1 << 1)
    static let boolean = Kinds(rawValue: 1 << 2)
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

    static let nullish: Kinds = [.undefined, .null]
    static let anyString: Kinds = [
      .string, .requestMethod, .requestPath, .methodAndPath, .methodAndSpace,
    ]
    static let anyData: Kinds = [.undefined, .null, .boolean, .number, .string]
  }

  var kinds: Kinds = []
  var strings: Set<StringShape> = []
  var numbers: Set<Double> = []
  /// Indices into the heap.
  var objects: Set<Int> = []
  /// Indices into the table of abstract functions.
  var functions: Set<Int> = []
  var labels: Labels = []

  // Sets that a loop could grow for ever are cut here.
  private static let mostStrings = 32
  private static let mostNumbers = 8
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
    if more.isSubset(of: labels) { return self }
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

  /// Joins another value into this one; true when this one grew.
  @discardableResult
  mutating func formUnion(_ other: AbstractValue) -> Bool {
    let before = self
    kinds.formUnion(other.kinds)
    strings.formUnion(other.strings)
    numbers.formUnion(other.numbers)
    objects.formUnion(other.objects)
    functions.formUnion(other.functions)
    labels.formUnion(other.labels)
    normalise()
    return self != before
  }

  /// Adds one known string.
  mutating func insert(_ shape: StringShape) {
    strings.insert(shape)
    normalise()
  }

  private mutating func normalise() {
    if strings.count > Self.mostStrings
      || strings.contains(where: { $0.beginning.utf8.count > Self.longestString })
    {
      kinds.insert(.string)
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
}
