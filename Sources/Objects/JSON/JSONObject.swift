import Encodings

/// The members of a JSON object in the order they were read or appended; keys are unique.
public struct JSONObject: Sendable {
  /// One key with its value.
  public struct Member: Sendable {
    /// Text as it was read; the bytes count.
    public var key: String
    /// What stands under it.
    public var value: JSONValue
    /// A member from its parts.
    public init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Every member, in order.
  public private(set) var members: [Member]

  // Where each key is, once there are more of them than are quickly looked through: a document of
  // others may have a million.
  private var places: [ByteName: Int]?
  private static let searched = 16

  /// No members.
  public init() { members = [] }

  /// The value of a key, compared by its UTF-8 bytes. Setting appends a new key at the end;
  /// setting nil removes the member.
  public subscript(_ key: String) -> JSONValue? {
    get { index(of: key).map { members[$0].value } }
    set {
      let found = index(of: key)
      switch (found, newValue) {
      case (let at?, let value?): members[at].value = value
      case (let at?, nil): remove(at)
      case (nil, let value?): append(Member(key, value))
      case (nil, nil): break
      }
    }
  }

  /// The keys, in order.
  public var keys: [String] { members.map(\.key) }

  /// How many members there are.
  public var count: Int { members.count }

  private func index(of key: String) -> Int? {
    if let places { return places[ByteName(key)] }
    return members.firstIndex { UTF8Order.equal($0.key, key) }
  }

  /// Appends a member; where there is one of its key, that one takes the value instead.
  ///
  /// - Returns: whether the key is new.
  mutating func add(_ member: Member) -> Bool {
    if let at = index(of: member.key) {
      members[at].value = member.value
      return false
    }
    append(member)
    return true
  }

  private mutating func append(_ member: Member) {
    members.append(member)
    if places != nil {
      places?[ByteName(member.key)] = members.count - 1
    } else if members.count > Self.searched {
      places = Dictionary(
        uniqueKeysWithValues: members.indices.map { (ByteName(members[$0].key), $0) })
    }
  }

  // Everything behind it moves.
  private mutating func remove(_ at: Int) {
    places?[ByteName(members[at].key)] = nil
    members.remove(at: at)
    if at < members.count { places = places?.mapValues { $0 > at ? $0 - 1 : $0 } }
  }

  /// Whether a key is looked up in a table.
  var hasTable: Bool { places != nil }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Members in the order of the literal; a repeated key keeps its last value.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }
}

extension JSONObject: Hashable {
  /// Whether both have the same keys with the same values, in whatever order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    guard a.count == b.count else { return false }
    return a.members.allSatisfy { b[$0.key] == $0.value }
  }

  /// Independent of the order of the members, as equality is.
  public func hash(into hasher: inout Hasher) {
    var mixed = 0
    for member in members {
      var one = Hasher()
      UTF8Order.hash(member.key, into: &one)
      member.value.hash(into: &one)
      mixed ^= one.finalize()
    }
    hasher.combine(members.count)
    hasher.combine(mixed)
  }
}
